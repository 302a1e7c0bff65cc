import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { toyApp, toyRequest, SYNC } from './toy.ts';
import { assertRefused } from './refusals.ts';

const body = JSON.stringify(toyRequest());

describe('methods, paths and media types', () => {
  for (const method of ['get', 'put', 'delete', 'patch', 'options'] as const) {
    it(`B01 refuses ${method.toUpperCase()} on a hook with 405 and says which method it takes`, async () => {
      const answer = await request(toyApp())[method](SYNC);
      assertRefused(answer, 'MethodNotAllowed');
      assert.equal(answer.headers['allow'], 'POST');
    });
  }

  for (const path of [
    '/v1/toy',
    '/v1/toy/sync/',
    '/v2/toy/sync',
    '/v1/TOY/sync',
    '/v1/plain-toy/finalize',
    '/%E0%A4%A',
    '/v1//toy/sync',
  ]) {
    it(`B02 answers 404 at ${path}`, async () => {
      assertRefused(
        await request(toyApp()).post(path).set('Content-Type', 'application/json').send(body),
        'RouteUnknown',
      );
    });
  }

  const refused: readonly (readonly [sentence: string, type: string | undefined])[] = [
    ['no Content-Type', undefined],
    ['text', 'text/plain'],
    ['YAML', 'application/yaml'],
    ['another charset', 'application/json; charset=latin1'],
    ['a type that only begins like JSON', 'application/json-seq'],
    ['a form with files', 'multipart/form-data; boundary=x'],
  ];
  for (const [sentence, type] of refused) {
    it(`B06 refuses ${sentence} with 415`, async () => {
      const post = request(toyApp()).post(SYNC);
      if (type !== undefined) post.set('Content-Type', type);
      // superagent adds a type of its own to text, but none to a stream of bytes.
      post.write(body);
      assertRefused(await post, 'MediaTypeUnsupported');
    });
  }

  for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"']) {
    it(`B06 takes ${type}`, async () => {
      await request(toyApp()).post(SYNC).set('Content-Type', type).send(body).expect(200);
    });
  }

  it("B06 takes curl's own type for -d when the body is a JSON object, and refuses a real form", async () => {
    const form = 'application/x-www-form-urlencoded';
    await request(toyApp()).post(SYNC).set('Content-Type', form).send(body).expect(200);
    assertRefused(await request(toyApp()).post(SYNC).set('Content-Type', form).send('a=b&c=d'), 'MediaTypeUnsupported');
  });

  for (const encoding of ['gzip', 'deflate', 'br', 'zip']) {
    it(`B08 refuses a body that claims to be ${encoding} without inflating it`, async () => {
      const post = request(toyApp())
        .post(SYNC)
        .set('Content-Type', 'application/json')
        .set('Content-Encoding', encoding);
      post.write(gzipSync(Buffer.alloc(1 << 20)));
      assertRefused(await post, 'ContentEncodingUnsupported');
    });
  }
});
