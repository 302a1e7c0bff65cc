/** Claims of a cluster without provisioner: each is bound to a folder of the node, which is this machine. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSampleData } from '../../sandbox/demo/data.ts';
import { fingerprintOf, type Fingerprint } from '../../sandbox/demo/fingerprint.ts';
import { apply, kubectl } from './kubectl.ts';

const made: string[] = [];

/** Makes the volume that this claim will get, and returns its folder. */
export function volumeFor(folder: string, namespace: string, claim: string): string {
  const path = join(folder, 'volumes', namespace, claim);
  mkdirSync(path, { recursive: true });
  const name = `e2e-${namespace}-${claim}`;
  apply([
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claim },
        hostPath: { path, type: 'Directory' },
      },
    },
  ]);
  made.push(name);
  return path;
}

/** Removes the PersistentVolumes; their folders go with the tests' own. */
export function removeVolumes(): void {
  if (made.length > 0) kubectl(['delete', 'pv', '--wait=false', '--ignore-not-found', ...made]);
}

/** Writes files of every sort and says what they are. */
export function filled(path: string, megabytes: number, seed: number): Fingerprint {
  writeSampleData(path, megabytes, seed);
  return fingerprintOf(path);
}

/** One file of bytes that do not compress: a backup that takes its time. */
export function writeRandom(path: string, megabytes: number): void {
  execFileSync('dd', ['if=/dev/urandom', `of=${path}`, 'bs=1M', `count=${megabytes}`, 'status=none']);
}

/** Deletes, overwrites and truncates: no entry of the tree is trusted afterwards. */
export function destroy(path: string): void {
  rmSync(join(path, 'oddities'), { recursive: true });
  const media = readdirSync(join(path, 'media'));
  for (const [index, name] of media.entries()) {
    const file = join(path, 'media', name);
    if (index % 2 === 0) truncateSync(file, 1000);
    else writeFileSync(file, 'overwritten');
  }
  const [year = ''] = readdirSync(join(path, 'notes'));
  rmSync(join(path, 'notes', year), { recursive: true });
}
