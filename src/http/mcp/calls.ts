import type { Static, TObject, TSchema } from 'typebox';
import type { Deps } from '../../operations/call/deps.ts';
import type { Operation } from '../../operations/call/operation.ts';
import { operations } from '../../operations/index.ts';
import type { Caller } from '../../schema/caller.ts';
import type { WriteResult } from '../../schema/write-result.ts';

/** All that a tool can do. Neither of them can write. */
export interface Calls {
  /** Calls an operation that reads. Throws for any other. Faults: those of the operation; RATE_LIMITED. */
  read<O extends TSchema>(operation: Operation<TObject, O>, input: object): Promise<Static<O>>;
  /** Plans an extension. It is a dry run, whatever the input says. */
  planExtension(input: object): Promise<WriteResult>;
}

/**
 * The calls of one message. Each is authorized, as in REST. The request itself has been counted for the first
 * one; `consume` counts each further one.
 */
export function createCalls(deps: Deps, caller: () => Caller, consume: () => Promise<void>): Calls {
  let count = 0;
  const begin = async () => {
    count += 1;
    if (count > 1) await consume();
  };
  return {
    async read(operation, input) {
      if (operation.kind !== 'QUERY') throw new Error(`a tool tried to write: ${operation.name}`);
      await begin();
      return await operation.call(deps, input, caller());
    },
    async planExtension(input) {
      await begin();
      return await operations.extendExecutionRole.call(deps, { ...input, dryRun: true }, caller());
    },
  };
}
