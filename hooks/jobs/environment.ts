/** Environment variables that users may not set in a mover (faults.md B67): they would redirect it or its credentials. */
import { blocked, ok, type Outcome } from '../domain/result.ts';

const FORBIDDEN =
  /^(?:RESTIC_|AWS_|AZURE_|GOOGLE_|METASTASH_|LD_|NODE_OPTIONS$|PATH$|TZ$|POD_(?:NAME|NAMESPACE|UID)$|NODE_NAME$)/;

/** Refuses a list that holds such a name; `where` is the field that the message points to. */
export function checkedEnv(env: readonly { readonly name: string }[], where: string): Outcome<undefined> {
  const wrong = env.find(({ name }) => FORBIDDEN.test(name));
  if (wrong === undefined) return ok(undefined);
  return blocked(
    'EnvironmentForbidden',
    `${where} sets ${wrong.name}, which the mover sets itself; storage settings belong into the BackupStorage and its Secret`,
  );
}
