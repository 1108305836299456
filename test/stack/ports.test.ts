import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { configuredPorts, findFreePorts, portTable, refuseBusyPorts } from '../../stack/ports.ts';

test('without settings every port is the documented one', () => {
  expect(configuredPorts({})).toMatchObject({
    api: 8001,
    sandbox: 8090,
    kafka: 19092,
    mongodb: 27117,
    registry: 18082,
  });
});

test('a setting moves its port, and an invalid port is refused by name', () => {
  expect(configuredPorts({ PROJECT_PORT: '8123' }).api).toBe(8123);
  expect(() => configuredPorts({ SANDBOX_PORT: 'eighty' })).toThrow('SANDBOX_PORT=eighty is no port');
  expect(() => configuredPorts({ SANDBOX_PORT: '70000' })).toThrow('SANDBOX_PORT=70000 is no port');
});

test('free ports are all different', async () => {
  expect(new Set(Object.values(await findFreePorts())).size).toBe(portTable.length);
});

test('a busy port is named with its use and the setting that moves it; ports that are not needed are not checked', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ports = { ...(await findFreePorts()), api: port };
  await expect(refuseBusyPorts(ports, ['sandbox'])).resolves.toBeUndefined();
  await expect(refuseBusyPorts(ports, ['sandbox', 'api'])).rejects.toThrow(
    new RegExp(`Port ${port}, needed for the API, is taken .* PROJECT_PORT=`),
  );
  await new Promise((resolve) => server.close(resolve));
});
