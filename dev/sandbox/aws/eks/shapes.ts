import Type from 'typebox';

// The lengths and patterns are those of the service model of EKS (2017-11-01).

export const ClusterName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[0-9A-Za-z][A-Za-z0-9_-]*$',
});
export const ResourceName = Type.String({ minLength: 1 });
export const RoleArn = Type.String({ pattern: '^arn:[a-z-]+:iam::\\d{12}:role/.+$' });
export const Subnets = Type.Optional(Type.Array(Type.String()));
