/**
 * The load: keep-alive connections that each post the same bytes again as soon as the answer is there. Written on bare
 * sockets, as a full HTTP client costs more than the server that it is to measure. It turns from one server to the other in
 * short slices, so that whatever else the machine does meets both. Runs in its own process:
 * `node --import tsx bench/load.ts <plan as JSON>`, prints answers per second, per round and server.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

export interface LoadPlan {
  readonly ports: readonly number[];
  readonly path: string;
  readonly bodyFile: string;
  readonly connections: number;
  readonly rounds: number;
  readonly slicesPerRound: number;
  readonly sliceMs: number;
  /** How long each server is asked before anything counts: a service runs for weeks, and V8 takes seconds to compile what it meets. */
  readonly warmUpSeconds: number;
}

if (process.argv[2] !== undefined) console.log(JSON.stringify(await measured(JSON.parse(process.argv[2]) as LoadPlan)));

/** `[round][server]`: answers per second of warm servers. */
async function measured(plan: LoadPlan): Promise<readonly (readonly number[])[]> {
  const body = readFileSync(plan.bodyFile);
  const head = `POST ${plan.path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const request = Buffer.concat([Buffer.from(head), body]);
  await warmUp(plan, request);
  const rounds: number[][] = [];
  for (let round = 0; round < plan.rounds; round += 1) rounds.push(await roundOf(plan, request));
  return rounds;
}

async function warmUp(plan: LoadPlan, request: Buffer): Promise<void> {
  for (const port of plan.ports) await sliceOf(port, request, { ...plan, sliceMs: plan.warmUpSeconds * 1000 });
}

async function roundOf(plan: LoadPlan, request: Buffer): Promise<number[]> {
  const totals = plan.ports.map((port) => ({ port, answers: 0, seconds: 0 }));
  for (let slice = 0; slice < plan.slicesPerRound; slice += 1) {
    for (const total of totals) {
      const started = performance.now();
      total.answers += await sliceOf(total.port, request, plan);
      total.seconds += (performance.now() - started) / 1000;
    }
  }
  return totals.map(({ answers, seconds }) => answers / seconds);
}

/** The answers that all connections together get in one slice. */
async function sliceOf(port: number, request: Buffer, { connections, sliceMs }: LoadPlan): Promise<number> {
  const until = performance.now() + sliceMs;
  const counts = await Promise.all(Array.from({ length: connections }, () => runConnection(port, request, until)));
  return counts.reduce((sum, count) => sum + count, 0);
}

function runConnection(port: number, request: Buffer, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(request));
    let answers = 0;
    let missing = 0;
    let head = '';
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      let arrived = chunk.length;
      if (missing === 0) {
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end === -1) return;
        arrived = head.length - end - 4;
        missing = announced(head);
        head = '';
      }
      missing -= arrived;
      if (missing > 0) return;
      answers += 1;
      if (performance.now() < until) socket.write(request);
      else socket.end(() => resolve(answers));
    });
  });
}

function announced(head: string): number {
  const length = /^HTTP\/1\.1 200 [^]*\r\nContent-Length: (\d+)\r\n/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`not an answer of a hook: ${head.slice(0, 300)}`);
  return Number(length);
}
