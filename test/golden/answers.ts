/** What the service answers to a golden case: decode, hook and encode, as over HTTP. */
import { answerText } from '../../hooks/http/endpoint.ts';
import { ROUTES } from '../../hooks/routes.ts';
import type { GoldenCase } from './cases.ts';

/** The body that is posted. YAML anchors are gone in it. */
export function bodyOf(golden: GoldenCase): Buffer {
  return Buffer.from(JSON.stringify(golden.request));
}

/** The answer's JSON; throws what the service would answer as an error. */
export function answerOf(golden: GoldenCase): string {
  const { id, kind, hook, now } = golden;
  const row = ROUTES.find((one) => one.kind === kind);
  if (!row?.hooks[hook]) throw new Error(`${id}: hooks/routes.ts has no hook ${kind}/${hook}`);
  return answerText(bodyOf(golden), { row, hook }, now, []);
}
