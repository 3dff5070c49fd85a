import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLID,
  type GraphQLInputFieldConfigMap,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLString,
  valueFromASTUntyped,
} from 'graphql';
import type { TObject, TSchema } from 'typebox';

const json = new GraphQLScalarType({
  name: 'JSON',
  description: 'Any JSON value: documents, tags, labels',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

interface Shape {
  $id?: string;
  description?: string;
  type?: string;
  enum?: string[];
  anyOf?: Shape[];
  items?: Shape;
  properties?: Record<string, Shape>;
  additionalProperties?: unknown;
  required?: string[];
}

/** Computed fields, by the `$id` of their shape. */
// biome-ignore lint/suspicious/noExplicitAny: each resolver names the type of its source
type Resolvers = Record<string, Record<string, (source: any) => unknown>>;

export type Types = ReturnType<typeof createTypes>;

/** Makes the types of one GraphQL schema from TypeBox shapes: one type for each `$id`. */
export function createTypes(resolvers: Resolvers = {}) {
  const outputs = new Map<string, GraphQLObjectType>();
  const inputs = new Map<string, GraphQLInputObjectType>();
  const enums = new Map<string, GraphQLEnumType>();

  function named<T>(known: Map<string, T>, name: string | undefined, make: (name: string) => T): T {
    if (name === undefined) throw new Error('A shape that GraphQL shows needs an $id.');
    const type = known.get(name) ?? make(name);
    known.set(name, type);
    return type;
  }

  /** The type of a value that has no members, the same for input and output. Null for objects and lists. */
  function leaf(shape: Shape, field: string) {
    const values = shape.enum;
    if (values) {
      // `aws-cn` and `iam:CreateRole` are not valid names in GraphQL. Such values are strings, as in REST.
      if (!values.every((value) => /^\w+$/.test(value))) return GraphQLString;
      return named(
        enums,
        shape.$id,
        (name) =>
          new GraphQLEnumType({
            name,
            description: shape.description,
            values: Object.fromEntries(values.map((v) => [v, { value: v }])),
          }),
      );
    }
    if (shape.type === 'string') return field === 'id' || field === 'accountId' ? GraphQLID : GraphQLString;
    if (shape.type === 'integer') return GraphQLInt;
    if (shape.type === 'boolean') return GraphQLBoolean;
    // An object with members that the schema does not name: documents, tags, problems.
    const isOpen = shape.additionalProperties === true || Object.keys(shape.properties ?? {}).length === 0;
    if (shape.type === 'object' && isOpen) return json;
    return null;
  }

  const outputOf = (shape: Shape, field: string): GraphQLOutputType =>
    plainOf(shape) ? bareOutput(shape, field) : new GraphQLNonNull(bareOutput(shape, field));

  /** The shape of a nullable value when it is not null. Null if the value cannot be null. */
  const plainOf = ({ anyOf }: Shape) => anyOf?.find((one) => one.type !== 'null') ?? null;

  function bareOutput(given: Shape, field: string) {
    const shape = plainOf(given) ?? given;
    if (shape.items) return new GraphQLList(outputOf(shape.items, field));
    return leaf(shape, field) ?? objectOf(shape);
  }

  function objectOf(shape: Shape): GraphQLObjectType {
    return named(
      outputs,
      shape.$id,
      (name) =>
        new GraphQLObjectType({
          name,
          description: shape.description,
          fields: () =>
            Object.fromEntries(
              Object.entries(shape.properties ?? {}).map(([field, part]) => {
                const resolve = resolvers[name]?.[field];
                return [
                  field,
                  { type: outputOf(part, field), description: part.description, ...(resolve && { resolve }) },
                ];
              }),
            ),
        }),
    );
  }

  function inputOf(shape: Shape, field: string): GraphQLInputType {
    if (shape.items) return new GraphQLList(new GraphQLNonNull(inputOf(shape.items, field)));
    const simple = leaf(shape, field);
    if (simple) return simple;
    const name = shape.$id?.endsWith('Input') ? shape.$id : `${shape.$id}Input`;
    return named(
      inputs,
      name,
      () =>
        new GraphQLInputObjectType({
          name,
          description: shape.description,
          fields: () => argumentsOf(shape),
        }),
    );
  }

  /** Makes arguments, or fields of an input, from the fields of an object shape without `omitted`. */
  function argumentsOf(shape: Shape, omitted: string[] = []): GraphQLInputFieldConfigMap {
    const fields = Object.entries(shape.properties ?? {}).filter(([field]) => !omitted.includes(field));
    return Object.fromEntries(
      fields.map(([field, part]) => {
        const type = inputOf(part, field);
        return [
          field,
          {
            type: shape.required?.includes(field) ? new GraphQLNonNull(type) : type,
            description: part.description,
          },
        ];
      }),
    );
  }

  const pageInfo = new GraphQLObjectType({
    name: 'PageInfo',
    fields: {
      hasNextPage: { type: new GraphQLNonNull(GraphQLBoolean) },
      hasPreviousPage: { type: new GraphQLNonNull(GraphQLBoolean) },
      startCursor: { type: GraphQLString },
      endCursor: { type: GraphQLString },
    },
  });

  /** Makes a Relay connection from a page shape: AccountPage becomes AccountConnection. */
  function connectionOf(page: Shape): GraphQLObjectType {
    const node = objectOf(page.properties?.items?.items ?? {});
    const edge = new GraphQLObjectType({
      name: `${node.name}Edge`,
      fields: {
        cursor: { type: new GraphQLNonNull(GraphQLString) },
        node: { type: new GraphQLNonNull(node) },
      },
    });
    return new GraphQLObjectType({
      name: `${node.name}Connection`,
      fields: {
        edges: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(edge))) },
        pageInfo: { type: new GraphQLNonNull(pageInfo) },
      },
    });
  }

  return {
    json,
    output: (schema: TSchema) => bareOutput(schema as Shape, ''),
    /** Makes a plain list from a page shape. */
    list: (schema: TSchema) => bareOutput((schema as Shape).properties?.items ?? {}, ''),
    connection: (schema: TSchema) => connectionOf(schema as Shape),
    arguments: (schema: TObject, omitted?: string[]) => argumentsOf(schema as Shape, omitted),
    input: (schema: TObject) => inputOf(schema as Shape, ''),
    inputObject: (name: string, schema: TObject, omitted: string[]) =>
      new GraphQLInputObjectType({ name, fields: argumentsOf(schema as Shape, omitted) }),
  };
}
