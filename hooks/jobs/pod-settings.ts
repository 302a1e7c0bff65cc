/** Merged settings and an identity as the mover Job takes them, without empty maps. */
import { layered } from '../domain/precedence.ts';
import type { Identity } from './identity.ts';
import type { PodSettings } from './mover-job.ts';
import type { MergedSettings } from './runtime-settings.ts';

/** `account` is used where the user names none. */
export function podSettingsFrom(settings: MergedSettings, identity: Identity, account: string): PodSettings {
  const { podLabels, podAnnotations } = settings;
  return {
    serviceAccountName: settings.serviceAccountName ?? account,
    ...(Object.keys(podLabels).length === 0 ? {} : { podLabels }),
    ...(Object.keys(podAnnotations).length === 0 ? {} : { podAnnotations }),
    pod: { ...layered([settings.pod], {}), ...(identity.pod === undefined ? {} : { securityContext: identity.pod }) },
    container: {
      ...layered([settings.container], {}),
      ...(identity.container === undefined ? {} : { securityContext: identity.container }),
    },
  };
}
