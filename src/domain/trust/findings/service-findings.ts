import { serviceOf } from '../../role/check-context.ts';
import { isConfined, type ServiceStatement, type TrustReading } from '../reading.ts';
import { createFinding, type Finding } from './finding.ts';

export function checkService(reading: TrustReading): Finding[] {
  const allows = reading.statements.filter((s) => s.effect === 'Allow');
  const findings = allows
    .filter((s) => !isConfined(s) && !isOpen(reading, s))
    .map((s) =>
      createFinding(
        'SOURCE_ARN_MISSING',
        `The statement at ${s.pointer} lets ${serviceOf(reading)} assume the role for any cluster of any account: no condition on aws:SourceArn confines it.`,
        s.pointer,
      ),
    );
  if (!allows.some((s) => s.isNamed))
    findings.unshift(
      createFinding(
        'SERVICE_NOT_TRUSTED',
        `No Allow statement names ${serviceOf(reading)} for sts:AssumeRole.`,
        '/Statement',
      ),
    );
  return [...findings, ...checkAnyone(reading)];
}

const isOpen = ({ open }: TrustReading, { pointer }: ServiceStatement) =>
  open.some((at) => at.startsWith(`${pointer}/`));

const checkAnyone = ({ open }: TrustReading): Finding[] =>
  open.map((pointer) =>
    createFinding(
      'PRINCIPAL_ANYONE',
      `The statement at ${pointer} lets anyone in any account assume the role: no condition confines it to accounts, organizations, principals or services.`,
      pointer,
    ),
  );
