/** The Secrets that cert-manager would make for components/cert-manager, by openssl: it cannot run where no Pod does. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply, kubectl } from '../e2e/kubectl.ts';

/** Makes `metastash-hooks-tls` and `metastash-metacontroller-tls` of one authority; what was there is replaced. */
export function makeCertificates(namespace: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'metastash-certificates-'));
  const openssl = (...args: readonly string[]): unknown =>
    execFileSync('openssl', [...args], { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  try {
    apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
    openssl(
      'req',
      '-x509',
      ...key,
      '-days',
      '2',
      '-subj',
      '/CN=metastash-authority',
      '-keyout',
      'ca.key',
      '-out',
      'ca.crt',
    );
    const certificates = {
      'metastash-hooks': `subjectAltName=DNS:metastash-hooks.${namespace},DNS:metastash-hooks.${namespace}.svc\nextendedKeyUsage=serverAuth\n`,
      'metastash-metacontroller': 'extendedKeyUsage=clientAuth\n',
    };
    for (const [name, extensions] of Object.entries(certificates)) {
      writeFileSync(join(folder, 'extensions'), extensions);
      openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', 'tls.key', '-out', 'tls.csr');
      const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions'];
      openssl('x509', '-req', '-in', 'tls.csr', ...signing, '-out', 'tls.crt');
      kubectl(['delete', 'secret', `${name}-tls`, '-n', namespace, '--ignore-not-found']);
      const files = ['tls.crt', 'tls.key', 'ca.crt'].map((file) => `--from-file=${file}=${join(folder, file)}`);
      kubectl(['create', 'secret', 'generic', `${name}-tls`, '-n', namespace, '--type=kubernetes.io/tls', ...files]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
