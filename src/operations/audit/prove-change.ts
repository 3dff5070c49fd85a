import { InclusionProof } from '../../schema/audit.ts';
import { GetChangeInput } from '../../schema/change.ts';
import { defineOperation } from '../call/operation.ts';
import { changeNotFound } from '../changes/require-change.ts';

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
    if (!proof) throw changeNotFound(id);
    return proof;
  },
});
