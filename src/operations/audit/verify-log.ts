import { AuditVerificationInput, Verification } from '../../schema/audit.ts';
import { defineOperation } from '../call/operation.ts';

export const auditVerification = defineOperation({
  name: 'auditVerification',
  tag: 'Audit log',
  summary: 'Verifies that the audit log is intact.',
  permission: ['audit'],
  concerns: 'SERVICE',
  kind: 'QUERY',
  input: AuditVerificationInput,
  output: Verification,
  run: (deps, { from }) => deps.audit.verify(from),
});
