import { chmodSync, chownSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { startPostgres } from '#dev/sandbox/postgres.ts';
import { runBound } from '#dev/sandbox/spawn-bound.ts';

/** A certificate authority in a folder, and how it signs a certificate for a host name or an address. */
async function createAuthority(directory: string, name: string) {
  const path = (what: string) => join(directory, `${name}.${what}`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'];
  const authority = ['-keyout', path('ca-key.pem'), '-out', path('ca.pem'), '-subj', `/CN=${name} CA`];
  await runBound('openssl', ['req', '-x509', ...key, '-days', '2', ...authority]);
  return {
    ca: path('ca.pem'),
    /** Answers the paths of the certificate and its key. */
    async sign(subject: string, alternative?: string): Promise<[certificate: string, key: string]> {
      const [request, extensions] = [path('csr'), path('ext')];
      const [certificate, own] = [path(`${subject}.pem`), path(`${subject}-key.pem`)];
      await runBound('openssl', ['req', ...key, '-keyout', own, '-out', request, '-subj', `/CN=${subject}`]);
      writeFileSync(extensions, alternative ? `subjectAltName=${alternative}\n` : '');
      const by = ['-CA', path('ca.pem'), '-CAkey', path('ca-key.pem'), '-CAcreateserial'];
      const signed = ['-in', request, '-out', certificate, '-extfile', extensions];
      await runBound('openssl', ['x509', '-req', '-days', '2', ...by, ...signed]);
      return [certificate, own];
    },
  };
}

/**
 * A PostgreSQL with TLS at 127.0.0.1, whose certificate has that address, and the certificate of its
 * authority; one of another authority, and a certificate for a client named `rolewright`.
 */
export async function startTlsServer(t: Test) {
  const directory = mkdtempSync(join(tmpdir(), 'rolewright-tls-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  chmodSync(directory, 0o755);
  const [ours, other] = await Promise.all([
    createAuthority(directory, 'ours'),
    createAuthority(directory, 'other'),
  ]);
  const [certificate, key] = await ours.sign('server', 'IP:127.0.0.1');
  const [clientCertificate, clientKey] = await ours.sign('rolewright');
  // The server runs as `nobody` where this is root, and wants a key that is its own.
  if (process.getuid?.() === 0) chownSync(key, 65534, 65534);
  chmodSync(key, 0o600);
  const server = await startPostgres({
    directory: join(directory, 'data'),
    persistent: false,
    settings: ['ssl=on', `ssl_cert_file=${certificate}`, `ssl_key_file=${key}`, `ssl_ca_file=${ours.ca}`],
  });
  t.teardown(() => server.stop());
  return { ...server, ca: ours.ca, otherCa: other.ca, clientCertificate, clientKey };
}

/** The URL with these parameters, and another host where one is given. */
export function withParameters(url: string, parameters: Record<string, string>, host?: string): string {
  const changed = new URL(url);
  for (const [name, value] of Object.entries(parameters)) changed.searchParams.set(name, value);
  if (host) changed.hostname = host;
  return changed.href;
}
