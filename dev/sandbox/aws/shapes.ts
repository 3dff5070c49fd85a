import Type from 'typebox';

// The lengths and patterns are those of botocore's service models for IAM (2010-05-08) and STS (2011-06-15).

export const RoleName = Type.String({ minLength: 1, maxLength: 64, pattern: '^[\\w+=,.@-]+$' });
export const PolicyName = Type.String({ minLength: 1, maxLength: 128, pattern: '^[\\w+=,.@-]+$' });
export const Path = Type.String({ minLength: 1, maxLength: 512, pattern: '^/([!-~]+/)?$' });
export const PathPrefix = Type.String({ minLength: 1, maxLength: 512, pattern: '^/[!-\\x7F]*$' });
export const Arn = Type.String({ minLength: 20, maxLength: 2048 });
export const PolicyDocument = Type.String({
  minLength: 1,
  maxLength: 131072,
  pattern: '^[\\t\\n\\r\\x20-\\xFF]+$',
});
export const Description = Type.String({ maxLength: 1000, pattern: '^[\\t\\n\\r\\x20-\\x7E\\xA1-\\xFF]*$' });
export const PolicyDescription = Type.String({ maxLength: 1000 });
export const MaxSessionDuration = Type.Integer({ minimum: 3600, maximum: 43200 });
const TagKey = Type.String({ minLength: 1, maxLength: 128, pattern: '^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+$' });
const TagValue = Type.String({ maxLength: 256, pattern: '^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$' });
export const Tags = Type.Array(Type.Object({ Key: TagKey, Value: TagValue }), { maxItems: 50 });
export const TagKeys = Type.Array(TagKey, { maxItems: 50 });
export const EntityTypes = Type.Array(
  Type.Enum(['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy']),
);

export const Page = {
  Marker: Type.Optional(Type.String({ minLength: 1 })),
  MaxItems: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
};

export const SessionName = Type.String({ minLength: 2, maxLength: 64, pattern: '^[\\w+=,.@-]*$' });
export const SessionDuration = Type.Integer({ minimum: 900, maximum: 43200 });
export const SessionPolicy = Type.String({
  minLength: 1,
  maxLength: 2048,
  pattern: '^[\\t\\n\\r\\x20-\\xFF]+$',
});
export const ExternalId = Type.String({ minLength: 2, maxLength: 1224, pattern: '^[\\w+=,.@:/-]*$' });
