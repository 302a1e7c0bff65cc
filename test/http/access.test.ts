import assert from 'node:assert/strict';
import request from 'supertest';
import { assertRefused } from './refusals.ts';
import { keptLog, SYNC, toyApp, toyRequest } from './toy.ts';

const TOKEN = 'correct-horse';
const guarded = toyApp({ admission: { tokens: () => [TOKEN, 'next-token'], clientCertificate: false } });

describe('access', () => {
  const refused: readonly (readonly [
    sentence: string,
    header: string | undefined,
    code: 'TokenMissing' | 'TokenWrong',
  ])[] = [
    ['no Authorization', undefined, 'TokenMissing'],
    ['basic authentication', 'Basic dXNlcjpwYXNz', 'TokenMissing'],
    ['an empty token', 'Bearer ', 'TokenMissing'],
    ['another token', 'Bearer wrong', 'TokenWrong'],
    ['the beginning of the token', `Bearer ${TOKEN.slice(0, -1)}`, 'TokenWrong'],
    ['more than the token', `Bearer ${TOKEN}x`, 'TokenWrong'],
    ['the token in another case', `Bearer ${TOKEN.toUpperCase()}`, 'TokenWrong'],
  ];
  for (const [sentence, header, code] of refused) {
    it(`B28 refuses ${sentence} before it reads the body, and does not log what was sent`, async () => {
      const { log, lines } = keptLog('debug');
      const app = toyApp({ log, admission: { tokens: () => [TOKEN], clientCertificate: false } });
      const post = request(app).post(SYNC).set('Content-Type', 'text/plain');
      if (header !== undefined) post.set('Authorization', header);
      const answer = await post.send('not even JSON');
      assertRefused(answer, code);
      assert.equal(answer.headers['www-authenticate'], code === 'TokenMissing' ? 'Bearer' : undefined);
      assert.doesNotMatch(lines() + answer.text, /correct-hors|Bearer wrong|dXNl/i);
    });
  }

  for (const token of [TOKEN, 'next-token']) {
    it(`B28 takes ${token}, one of two that are valid while a token is replaced`, async () => {
      await request(guarded).post(SYNC).set('Authorization', `Bearer ${token}`).send(toyRequest()).expect(200);
      await request(guarded).post(SYNC).set('Authorization', `bearer  ${token}`).send(toyRequest()).expect(200);
    });
  }

  it('B28 refuses plain HTTP where a client certificate is asked for', async () => {
    const app = toyApp({ admission: { tokens: undefined, clientCertificate: true } });
    assertRefused(await request(app).post(SYNC).send(toyRequest()), 'ClientCertificateMissing');
  });

  it('B28 leaves the probes and the list of hooks open: the kubelet has no token', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics', '/']) await request(guarded).get(path).expect(200);
  });
});
