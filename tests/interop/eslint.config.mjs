// The GraphQL schema, by the rules that graphql-eslint recommends for schemas and for Relay.
import graphql from "@graphql-eslint/eslint-plugin";

// `CodedEmploymentType` is the code of an employment type, and ends in the word it speaks of.
const names = structuredClone(graphql.configs["flat/schema-recommended"].rules["@graphql-eslint/naming-convention"]);
delete names[1]["ObjectTypeDefinition,ObjectTypeExtension"].forbiddenSuffixes;

export default [
  {
    files: ["schema.graphql"],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: "schema.graphql" } } },
    plugins: { "@graphql-eslint": graphql },
    rules: {
      ...graphql.configs["flat/schema-recommended"].rules,
      ...graphql.configs["flat/schema-relay"].rules,
      "@graphql-eslint/naming-convention": names,
      // What has an identity is a Node with an id; the others are values, and belong to what they are part of.
      "@graphql-eslint/strict-id-in-types": "off",
      // Lists that may grow are connections; a person's names, or the results of a batch, are not. An entry of a timeline is
      // nothing by itself: it is read in its list only, and is no Node.
      "@graphql-eslint/relay-edge-types": [
        "error",
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
      // `employmentType` has the same name on both doors.
      "@graphql-eslint/no-typename-prefix": "off",
    },
  },
];
