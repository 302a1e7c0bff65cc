/**
 * Where no Pod runs, a Service's name leads nowhere. Metacontroller, like any Go program, honours HTTPS_PROXY: this program carries
 * every connection for the hooks' Service to the process on loopback, untouched, so that controllers stay exactly as they are
 * rendered and the certificate is checked for the Service's own name. A process of its own, since tests wait for kubectl.
 * Usage: tunnel.ts HOST HOOKS_PORT LISTEN_PORT; prints who is asked for.
 */
import { createServer } from 'node:http';
import { connect } from 'node:net';

const [host = '', hooksPort = '', listenPort = ''] = process.argv.slice(2);

const server = createServer((_, response) => response.end());
server.on('connect', (request, client) => {
  process.stdout.write(`${request.url ?? ''}\n`);
  if (!request.url?.startsWith(`${host}:`)) {
    client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    return;
  }
  const hooks = connect(Number(hooksPort), '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    client.pipe(hooks).pipe(client);
  });
  client.on('error', () => hooks.destroy());
  hooks.on('error', () => client.destroy());
});
server.listen(Number(listenPort), '127.0.0.1');
