import { type Answered, notificationSecret, tariffIds } from './api.ts';

export const buyPath = '/api/v1/subscriptions/yookassa/buy';
export const notifyPath = `/api/v1/notifications/yookassa/${notificationSecret}`;
export const purchase = { tariff_id: tariffIds.month, renew: true };

export const codeOf = ({ json }: Answered): string => (json as { code: string }).code;
