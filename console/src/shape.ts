import type { components } from '../../clients/typescript/src/generated/schema.ts';

/** A shape of the API by its name in openapi.yaml. */
export type Shape<Name extends keyof components['schemas']> = components['schemas'][Name];
