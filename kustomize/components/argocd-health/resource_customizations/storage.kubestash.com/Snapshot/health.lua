-- Health of Snapshot. The conditions Reconciling, Stalled and Ready decide, as in kstatus; without Ready the phase does.
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
  local healthy = { Succeeded = true }
  local failed = { Failed = true }
  if phase == nil or failed[phase] == nil and healthy[phase] == nil then
    return { status = "Progressing", message = phase or "Not looked at yet" }
  end
  if failed[phase] then
    return { status = "Degraded", message = phase }
  end
end
if obj.spec ~= nil and obj.spec.paused == true then
  return { status = "Suspended", message = "Paused" }
end
return { status = "Healthy", message = message }
