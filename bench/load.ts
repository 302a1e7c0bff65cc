/**
 * The load: keep-alive connections that each post the same bytes again as soon as the answer is there. Written on bare
 * sockets, as a full HTTP client costs more than the server that it is to measure. Runs in its own process:
 * `node --import tsx bench/load.ts <port> <path> <body file> <milliseconds> <connections>`, prints answers per second.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const [port, path, bodyFile, milliseconds, connections] = process.argv.slice(2);
const body = readFileSync(String(bodyFile));
const head = `POST ${path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
const request = Buffer.concat([Buffer.from(head), body]);
let answers = 0;

const started = performance.now();
const until = started + Number(milliseconds);
await Promise.all(Array.from({ length: Number(connections) }, runConnection));
console.log(JSON.stringify({ perSecond: (answers * 1000) / (performance.now() - started) }));

function runConnection(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true }, () => socket.write(request));
    let missing = 0;
    let headText = '';
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      let rest = chunk.length;
      if (missing === 0) {
        headText += chunk.toString('latin1');
        const end = headText.indexOf('\r\n\r\n');
        if (end === -1) return;
        rest = headText.length - end - 4;
        missing = announced(headText);
        headText = '';
      }
      missing -= rest;
      if (missing > 0) return;
      answers += 1;
      if (performance.now() < until) socket.write(request);
      else socket.end(() => resolve());
    });
  });
}

function announced(text: string): number {
  const length = /^HTTP\/1\.1 200 [^]*\r\nContent-Length: (\d+)\r\n/i.exec(text)?.[1];
  if (length === undefined) throw new Error(`not an answer of a hook: ${text.slice(0, 300)}`);
  return Number(length);
}
