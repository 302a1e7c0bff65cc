// Made from crds/source by crds/generate.ts: do not edit.
export type KindName = 'Addon' | 'BackupBatch' | 'BackupBlueprint' | 'BackupConfiguration' | 'BackupSession' | 'BackupStorage' | 'BackupVerificationSession' | 'BackupVerifier' | 'Function' | 'HookTemplate' | 'Repository' | 'RestoreSession' | 'RetentionPolicy' | 'Snapshot';
/** An error as ajv states it. */
export interface RawProblem {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}
export interface Validate {
  (object: unknown): boolean;
  readonly errors?: readonly RawProblem[] | null;
}
declare const validators: Readonly<Record<KindName, Validate>>;
export default validators;
