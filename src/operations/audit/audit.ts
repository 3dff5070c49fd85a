import { Fault } from '../../fault.ts';
import { AuditVerificationInput, InclusionProof, Verification } from '../../schema/audit.ts';
import { GetChangeInput } from '../../schema/change.ts';
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

export const changeProof = defineOperation({
  name: 'changeProof',
  tag: 'Audit log',
  summary: 'Gets the proof that a change is in the signed audit log.',
  permission: ['audit'],
  concerns: 'CHANGE',
  kind: 'QUERY',
  input: GetChangeInput,
  output: InclusionProof,
  run: async (deps, { id }) => {
    const proof = await deps.audit.prove(id);
    if (!proof) throw new Fault('CHANGE_NOT_FOUND', `The log has no change ${id}. GET /v1/changes lists them.`);
    return proof;
  },
});
