import { type ReadinessCode, type ReadinessFinding, readinessSeverities } from '../../schema/readiness.ts';

export const readinessFinding = (
  code: ReadinessCode,
  message: string,
  pointer: string | null,
  remedy: string,
): ReadinessFinding => ({ code, severity: readinessSeverities[code], message, pointer, remedy });
