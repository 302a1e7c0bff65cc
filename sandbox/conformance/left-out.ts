/** Scenarios that are not replayed, each with what it needs that the sandbox does not have because nothing of ours uses it. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'managed-fields': 'managedFields: the sandbox API server does not track field managers',
  'rolling-cluster': 'Rolling update strategies',
  'rolling-inplace': 'Rolling update strategies',
  'rolling-null-status': 'Rolling update strategies',
  'ssa-after-dynamic': 'server-side apply',
  'ssa-basic': 'server-side apply',
  'ssa-recreate': 'server-side apply',
  'ssa-recreate-job': 'server-side apply',
  'ssa-rolling': 'server-side apply and Rolling update strategies',
};
