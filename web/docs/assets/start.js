/* global document, fetch, location, Scalar, URLSearchParams */
/** Starts the reference on the contracts that this server serves. Nothing is requested from another host. */

const read = async (address) => (await fetch(address)).json();

const [api, events, tariffs] = await Promise.all([
  read('/api/openapi.json'),
  read('/api/asyncapi.json'),
  read('/api/v1/tariffs'),
]);

/** Development alone hands out tokens. "Test Request" then acts for the user of the other pages. */
async function developmentToken() {
  const { userId } = await import('/web/user-id.js');
  return (await read(`/dev/token?user=${userId()}`)).token;
}
const isDevelopment = '/dev/token' in api.paths;
const token = isDevelopment ? await developmentToken() : '';
document.querySelector('nav .development').hidden = !isDevelopment;

/** The example buys what is on sale here. */
const { example } = api.paths['/api/v1/subscriptions/{pay_system}/buy'].post.requestBody.content['application/json'];
if (tariffs.length > 0) example.tariff_id = tariffs[0].id;

const shown = new URLSearchParams(location.search).get('api') === 'events' ? 'events' : 'api';
document.querySelector(`nav a[href$="api=${shown}"]`).setAttribute('aria-current', 'page');

document.getElementById('loading').remove();
Scalar.createApiReference('#docs', {
  sources: [
    {
      title: 'REST API',
      slug: 'api',
      content: api,
      default: true,
      authentication: { preferredSecurityScheme: 'token', securitySchemes: { token: { value: token } } },
    },
    { title: 'Events', slug: 'events', content: events },
  ],
  baseServerURL: location.origin,
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  withDefaultFonts: false,
  telemetry: false,
  proxyUrl: '',
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
});
