import type { PublicEvent } from '../domain/events.ts';
import type { FactMappers, FactOf, FactType } from './fact-mappers.ts';
import type { MessageValues } from './generated/contract.ts';
import { entitlementMappers } from './map-entitlement.ts';
import { paymentMappers } from './map-payment.ts';
import { refundMappers } from './map-refund.ts';
import { subscriptionMappers } from './map-subscription.ts';

const mappers: FactMappers<FactType> = {
  ...subscriptionMappers,
  ...paymentMappers,
  ...refundMappers,
  ...entitlementMappers,
};

const apply = <Type extends FactType>(type: Type, event: FactOf[Type], userId: string): MessageValues[Type] =>
  mappers[type](event, userId);

export const factValue = (event: PublicEvent, userId: string): MessageValues[FactType] =>
  apply(event.type, event, userId);
