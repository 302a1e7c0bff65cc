/** What a hook answers to a golden case, by way of the JSON that would cross the wire in both directions. */
import type { HookRequest } from '../../hooks/http/row.ts';
import type { GoldenCase } from './cases.ts';
import { hookOf } from './hooks.ts';

/** The answer's JSON. The request passes through JSON first, so YAML anchors never become shared objects. */
export async function answerOf(golden: GoldenCase): Promise<string> {
  const hook = await hookOf(golden);
  const request = JSON.parse(JSON.stringify(golden.request)) as HookRequest;
  return JSON.stringify(hook(request, golden.now));
}
