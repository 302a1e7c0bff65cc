/** Commands to paste against hooks that the demo left running. */
import type { HooksService } from '../cluster/hooks-service.ts';

/** A few lines with three curl commands and how to stop the hooks. */
export function curlExamples(hooks: HooksService): readonly string[] {
  return [
    '',
    'The hooks still run. Paste these:',
    '',
    '  # which hooks there are, each with a sample body',
    `  curl -s ${hooks.url}/`,
    '',
    '  # what a BackupSession asks to see: the sample of GET / is a body for POST',
    `  curl -s ${hooks.url}/ | node -pe 'JSON.stringify(JSON.parse(fs.readFileSync(0)).hooks.find((hook) => hook.path.endsWith("/backupsession/customize")).sample)' | curl -s -d @- ${hooks.url}/v1/backupsession/customize`,
    '',
    '  # how many requests of each hook were answered',
    `  curl -s ${hooks.url}/metrics | grep metastash_hook_requests_total`,
    '',
    `Stop them with: kill ${hooks.process.pid}`,
  ];
}
