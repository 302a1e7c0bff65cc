import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { createLog } from '../../hooks/http/log.ts';
import { helpText, optionsOf } from '../../hooks/http/options.ts';
import { start, type Running } from '../../hooks/http/process.ts';
import { keptLog, NOW, SYNC, toyApp, toyRequest } from './toy.ts';

const BODY = JSON.stringify(toyRequest());
const JSON_TYPE = { 'Content-Type': 'application/json' };

async function running(argv: readonly string[], log = createLog('silent')): Promise<Running> {
  const options = optionsOf(['--port', '0', '--host', '127.0.0.1', '--drain-delay', '0', ...argv], {});
  return start(options, { log, clock: () => NOW, appOf: (service) => toyApp(service), pollMs: 20 });
}

describe('the process', () => {
  let folder = '';
  const file = (name: string): string => join(folder, name);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'metastash-hooks-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('answers what is under way when it is told to stop, and refuses new connections', async () => {
    const service = await running(['--drain-timeout', '5']);
    const half = BODY.length >> 1;
    const { port } = service;
    const socket = connect({ port, host: '127.0.0.1' });
    socket.write(
      `POST ${SYNC} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY.slice(0, half)}`,
    );
    await fetch(`http://127.0.0.1:${port}/healthz`).then((answer) => answer.text());
    let stopped = false;
    const stopping = service.stop().then(() => (stopped = true));
    await assert.rejects(async () => {
      for (;;) {
        await fetch(`http://127.0.0.1:${port}/healthz`);
        await sleep(5);
      }
    });
    assert.equal(stopped, false);
    socket.write(BODY.slice(half));
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('close', () => resolve(text));
    });
    assert.match(answer, /^HTTP\/1\.1 200 OK[^]*Connection: close[^]*"status"/);
    await stopping;
  });

  it('cuts what is not complete when the drain timeout is over', async () => {
    const service = await running(['--drain-timeout', '0.1']);
    const socket = connect({ port: service.port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => void socket.write(`POST ${SYNC} HTTP/1.1\r\nHost: a\r\n`, () => resolve()));
    await service.stop();
  });

  it('takes tokens from a file, and new ones when the file is replaced', async () => {
    writeFileSync(file('token'), 'first\n\nsecond\n');
    const { log, lines } = keptLog();
    const service = await running(['--token-file', file('token')], log);
    const statusWith = async (token: string): Promise<number> =>
      (
        await fetch(`http://127.0.0.1:${service.port}${SYNC}`, {
          method: 'POST',
          body: BODY,
          headers: { ...JSON_TYPE, Authorization: `Bearer ${token}` },
        })
      ).status;
    assert.deepEqual(
      [await statusWith('first'), await statusWith('second'), await statusWith('third')],
      [200, 200, 403],
    );
    writeFileSync(file('token.new'), 'third\n');
    renameSync(file('token.new'), file('token'));
    while ((await statusWith('third')) !== 200) await sleep(10);
    assert.equal(await statusWith('first'), 403);
    writeFileSync(file('token'), '\n');
    while (!lines().includes('cannot be read')) await sleep(10);
    assert.equal(await statusWith('third'), 200);
    assert.doesNotMatch(lines(), /first|second|"third/);
    await service.stop();
  });

  it('B28 serves TLS, takes a replaced certificate without a restart, and refuses clients without a certificate', async () => {
    certificate('ca', 'ca');
    certificate('one', 'localhost', 'ca');
    certificate('client', 'metacontroller', 'ca');
    certificate('stranger', 'stranger');
    const args = ['--tls-cert', file('one.crt'), '--tls-key', file('one.key'), '--client-ca', file('ca.crt')];
    const service = await running(args);
    const asked = (client?: string): Promise<{ status: number; serial: string }> =>
      tlsPost(
        service.port,
        client === undefined
          ? {}
          : { cert: readFileSync(file(`${client}.crt`)), key: readFileSync(file(`${client}.key`)) },
      );
    const first = await asked('client');
    assert.deepEqual([first.status, (await asked()).status, (await asked('stranger')).status], [200, 401, 401]);
    certificate('two', 'localhost', 'ca');
    renameSync(file('two.key'), file('one.key'));
    renameSync(file('two.crt'), file('one.crt'));
    while ((await asked('client')).serial === first.serial) await sleep(20);
    assert.equal((await asked('client')).status, 200);
    await service.stop();
  });

  it('says in one sentence what is wrong with its arguments', () => {
    const wrong: readonly (readonly [argv: string[], sentence: RegExp])[] = [
      [['--port', 'http'], /^--port must be a number of at least 0, not 'http'$/],
      [['--body-limit', '-1'], /body-limit/],
      [['--log-level', 'loud'], /^--log-level must be one of debug, info, warn, error, silent, not 'loud'$/],
      [['--tls-cert', 'a'], /^--tls-cert and --tls-key come together/],
      [['--client-ca', 'a'], /^--client-ca needs TLS/],
      [['--prot', '1'], /--prot/],
      [['stray'], /stray/],
    ];
    for (const [argv, sentence] of wrong) assert.throws(() => optionsOf(argv, {}), { message: sentence });
  });

  it('takes each option from the environment too, and lets the command line win', () => {
    const env = { METASTASH_PORT: '9', METASTASH_TOKEN_FILE: 'f', METASTASH_DEV: 'true', METASTASH_LOG_LEVEL: '' };
    const { port, tokenFile, dev, host, logLevel } = optionsOf(['--port', '7'], env);
    assert.deepEqual(
      { port, tokenFile, dev, host, logLevel },
      { port: 7, tokenFile: 'f', dev: true, host: '127.0.0.1', logLevel: 'info' },
    );
  });

  it('rejects a token file that is missing or empty rather than serve without a token', async () => {
    await assert.rejects(running(['--token-file', file('absent')]), /absent/);
    writeFileSync(file('empty'), '\n \n');
    await assert.rejects(running(['--token-file', file('empty')]), /holds no token/);
  });

  it('prints help that names every option', () => {
    const [, ...names] = helpText().match(/--[a-z-]+/g) ?? [];
    assert.ok(names.length > 12);
    for (const name of ['--dev', '--token-file', '--tls-cert', '--drain-timeout']) assert.ok(helpText().includes(name));
  });

  it('prints help with every option apart from what it means', () => {
    const lines = helpText()
      .split('\n')
      .filter((line) => line.startsWith('  --'));
    assert.ok(lines.length > 12);
    for (const line of lines) assert.match(line, /^ {2}--[a-z-]+( <[^>]+>)? {2,}\S/);
  });

  function certificate(name: string, subject: string, issuer?: string): void {
    const signed = issuer === undefined ? [] : ['-CA', file(`${issuer}.crt`), '-CAkey', file(`${issuer}.key`)];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const out = ['-subj', `/CN=${subject}`, '-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)];
    execFileSync('openssl', ['req', '-x509', ...curve, ...signed, ...out], { stdio: 'ignore' });
  }
});

function tlsPost(port: number, client: object): Promise<{ status: number; serial: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      port,
      host: '127.0.0.1',
      path: SYNC,
      method: 'POST',
      headers: JSON_TYPE,
      rejectUnauthorized: false,
      agent: false as const,
    };
    const request = httpsRequest({ ...options, ...client }, (answer) => {
      const socket = answer.socket as TLSSocket;
      const serial = socket.getPeerCertificate().serialNumber;
      answer.resume().on('end', () => resolve({ status: answer.statusCode ?? 0, serial }));
    });
    request.on('error', reject);
    request.end(BODY);
  });
}
