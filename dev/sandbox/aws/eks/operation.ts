import type { Static, TObject } from 'typebox';
import { Compile } from 'typebox/compile';
import { describeViolations, type Call as SharedCall } from '../operation.ts';
import { EksError } from './error.ts';
import { type Cluster, clusterKey, eksArn } from './model.ts';

export interface Call extends SharedCall {
  region: string;
}

/** A request's members: of its path, its query and its JSON body. */
export type Input = Record<string, unknown>;

/** What an operation is called and where it is. `{name}` in the path is a member of the input. */
interface Route {
  action: string;
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
}

export interface Operation extends Route {
  writes: boolean;
  /** The resource, as policies name it. Permission is judged before anything is looked up. */
  resource(call: Call, input: Input): string;
  run(call: Call, input: Input): object;
}

const operation =
  (writes: boolean) =>
  <S extends TObject>(
    route: Route,
    shape: S,
    resource: Operation['resource'],
    run: (call: Call, input: Static<S>) => object,
  ): Operation => {
    const validator = Compile(shape);
    return {
      ...route,
      writes,
      resource,
      run: (call, input) => {
        if (!validator.Check(input))
          throw new EksError('InvalidParameterException', describeViolations(input, validator.Errors(input)));
        return run(call, input as Static<S>);
      },
    };
  };

/** An operation that only reads. Throws InvalidParameterException for an input that is not of the shape. */
export const reads = operation(false);

/** An operation that writes. When it succeeds, it is recorded in the ledger. */
export const writes = operation(true);

export const clusterResource: Operation['resource'] = ({ account, region }, { clusterName, name }) =>
  eksArn(account, region, 'cluster', String(clusterName ?? name));

/** For a resource: it is named before the input is checked, and before it is known to exist. */
export const findCluster = ({ account, region }: Call, name: unknown): Cluster | undefined =>
  account.clusters.get(clusterKey({ region, name: String(name) }));

/** Throws ResourceNotFoundException. */
export const clusterOf = (call: Call, name: string): Cluster => {
  const cluster = findCluster(call, name);
  if (cluster) return cluster;
  throw new EksError('ResourceNotFoundException', `No cluster found for name: ${name}.`, {
    clusterName: name,
  });
};

/** A time as EKS sends it: seconds, with a fraction. */
export const seconds = (milliseconds: number) => milliseconds / 1000;
