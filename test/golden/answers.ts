/** What the service answers to a golden case: decode, hook and encode, as over HTTP. */
import { answerText } from '../../hooks/http/endpoint.ts';
import type { HookRow } from '../../hooks/http/row.ts';
import { ROUTES } from '../../hooks/routes.ts';
import type { GoldenCase } from './cases.ts';
import { conventionalHook } from './hooks.ts';

/** The body that is posted. YAML anchors are gone in it. */
export function bodyOf(golden: GoldenCase): Buffer {
  return Buffer.from(JSON.stringify(golden.request));
}

/** The answer's JSON; throws what the service would answer as an error. */
export async function answerOf(golden: GoldenCase): Promise<string> {
  const row = rowOf(golden);
  if (row) return answerText(bodyOf(golden), { row, hook: golden.hook }, golden.now, []);
  const hook = await conventionalHook(golden);
  return JSON.stringify(hook(JSON.parse(bodyOf(golden).toString()) as Parameters<typeof hook>[0], golden.now));
}

function rowOf({ kind, hook }: GoldenCase): HookRow | undefined {
  return ROUTES.find((row) => row.kind === kind && row.hooks[hook] !== undefined);
}
