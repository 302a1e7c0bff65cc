/**
 * Between Metacontroller and the hooks: keeps every new answer with its question as a case that can be moved into test/hooks.
 * A process of its own, since tests wait for kubectl without giving way. `now` is chosen here, so that a case can be repeated.
 *
 *   tsx test/e2e/recorder.ts PORT URL-OF-HOOKS FOLDER
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { stringify } from 'yaml';

const [port, hooks = '', folder = ''] = process.argv.slice(2);
const last = new Map<string, string>();
let serial = 0;

createServer((request, response) => {
  void answer(request).then(({ code, headers, text }) => response.writeHead(code, headers).end(text));
}).listen(Number(port), '127.0.0.1');

interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

async function answer(request: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  const path = request.url ?? '/';
  const now = new Date().toISOString();
  const isQuestion = request.method === 'POST';
  try {
    const answered = await fetch(`${hooks}${path}${isQuestion ? `?now=${now}` : ''}`, {
      method: request.method ?? 'GET',
      headers: { 'content-type': 'application/json' },
      ...(isQuestion ? { body } : {}),
    });
    const text = await answered.text();
    if (isQuestion && answered.status === 200) keep(path, now, body, text);
    const retryAfter = answered.headers.get('retry-after');
    const headers = { 'content-type': 'application/json', ...(retryAfter ? { 'retry-after': retryAfter } : {}) };
    return { code: answered.status, headers, text };
  } catch {
    // The hooks were taken away: Metacontroller sees a server that cannot serve.
    return { code: 502, headers: {}, text: 'the hooks are not there' };
  }
}

/** Keeps what is not the same as the last answer about this object. */
function keep(path: string, now: string, body: string, text: string): void {
  const [, , kind = '', hook = ''] = path.split('/');
  const request = JSON.parse(body) as { readonly parent?: Parent; readonly object?: Parent };
  const { metadata } = request.parent ?? request.object ?? { metadata: { name: '', uid: '' } };
  const subject = `${path} ${metadata.uid}`;
  const essence = text.replace(/"resyncAfterSeconds":[\d.]+/, '');
  if (last.get(subject) === essence) return;
  last.set(subject, essence);
  const place = metadata.namespace ?? metadata.name;
  const directory = join(folder, kind, `${place}-${String(++serial).padStart(4, '0')}-${hook}`);
  mkdirSync(directory, { recursive: true });
  const reason = `Asked on a real cluster about ${place}/${metadata.name}.`;
  const options = { lineWidth: 0, aliasDuplicateObjects: false };
  writeFileSync(join(directory, 'request.yaml'), stringify({ hook, now, reason, request }, options));
  writeFileSync(join(directory, 'response.yaml'), stringify(JSON.parse(text), options));
}

interface Parent {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string };
}
