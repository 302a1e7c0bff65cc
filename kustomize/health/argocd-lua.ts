/** Health as a script for Argo CD. It uses no more of Lua's library than `ipairs`: Argo CD opens no other by default. */
import type { HealthKind } from './kinds.ts';

/** The health script of one kind: `obj` in, `{status, message}` out. Order as kstatus: generation, Reconciling, Stalled, Ready. */
export function luaHealthOf(kind: HealthKind): string {
  return `-- Health of ${kind.kind}. The conditions Reconciling, Stalled and Ready decide, as in kstatus; without Ready the phase does.
if obj.status == nil then
  return { status = "Progressing", message = "Not looked at yet" }
end
local seen = obj.status.observedGeneration
if seen ~= nil and obj.metadata.generation ~= nil and seen ~= obj.metadata.generation then
  return { status = "Progressing", message = "The latest change was not looked at yet" }
end
local conditions = {}
for _, condition in ipairs(obj.status.conditions or {}) do
  conditions[condition.type] = condition
end
local function says(type, status)
  return conditions[type] ~= nil and conditions[type].status == status
end
if says("Reconciling", "True") then
  return { status = "Progressing", message = conditions.Reconciling.message }
end
if says("Stalled", "True") then
  return { status = "Degraded", message = conditions.Stalled.message }
end
if says("Ready", "False") then
  return { status = "Progressing", message = conditions.Ready.message }
end
local phase = obj.status.phase
local message = phase
if conditions.Ready ~= nil then
  message = conditions.Ready.message
else
  local healthy = ${setOf(kind.healthyPhases)}
  local failed = ${setOf(kind.failedPhases)}
  if phase == nil or failed[phase] == nil and healthy[phase] == nil then
    return { status = "Progressing", message = phase or "Not looked at yet" }
  end
  if failed[phase] then
    return { status = "Degraded", message = phase }
  end
end
${pausedPart(kind)}${warningPart(kind)}return { status = "Healthy", message = message }
`;
}

function setOf(phases: readonly string[]): string {
  return phases.length === 0 ? '{}' : `{ ${phases.map((phase) => `${phase} = true`).join(', ')} }`;
}

function pausedPart({ pausable }: HealthKind): string {
  if (!pausable) return '';
  return `if obj.spec ~= nil and obj.spec.paused == true then
  return { status = "Suspended", message = "Paused" }
end
`;
}

function warningPart({ warning }: HealthKind): string {
  if (warning === undefined) return '';
  return `if says("${warning}", "False") then
  message = conditions.${warning}.message
end
`;
}
