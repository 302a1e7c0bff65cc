/** The one route table: `POST /v1/<kind>/{sync,customize,finalize}`. Adding a hook is adding a row. */
import type { HookRow } from './http/row.ts';

/** Part of every path: raised when customize answers of an older build must not be used (they are cached 20 minutes). */
export const RULES_VERSION = 'v1';

export const ROUTES: readonly HookRow[] = [];
