import { type GraphQLNullableType, type GraphQLOutputType, isListType, isObjectType, isWrappingType } from 'graphql';

/** Everything that a type has, as a selection. */
export function selection(type: GraphQLOutputType | GraphQLNullableType): string {
  if (isWrappingType(type)) return selection(type.ofType as GraphQLOutputType);
  if (isListType(type) || !isObjectType(type)) return '';
  return `{ ${Object.values(type.getFields())
    .map((field) => `${field.name} ${selection(field.type)}`)
    .join(' ')} }`;
}
