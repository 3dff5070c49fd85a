import {
  type GraphQLNullableType,
  type GraphQLOutputType,
  isListType,
  isObjectType,
  isWrappingType,
} from 'graphql';

/** A GraphQL selection of all fields of a type. */
export function selection(type: GraphQLOutputType | GraphQLNullableType): string {
  if (isWrappingType(type)) return selection(type.ofType as GraphQLOutputType);
  if (isListType(type) || !isObjectType(type)) return '';
  return `{ ${Object.values(type.getFields())
    .map((field) => `${field.name} ${selection(field.type)}`)
    .join(' ')} }`;
}
