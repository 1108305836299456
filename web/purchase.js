import { read } from './api.js';
import { termsOf } from './terms.js';

/** The order of a tariff that is paid on a page. Its first charge is made now, by the time of the service: a visitor's clock may be wrong. */
export async function purchaseOf(tariff, { renew }) {
  const [{ now }, [paySystem]] = await Promise.all([read('/api/v1/account'), read('/api/v1/pay-systems')]);
  const order = { tariff_id: tariff.id, renew, pay_system: paySystem?.alias ?? 'none' };
  return renew ? { ...order, terms: termsOf(tariff, now) } : order;
}
