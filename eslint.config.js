import tseslint from "typescript-eslint";

const PURE_ROOMS = [
  "src/core/**/*.ts",
  "src/expressions/**/*.ts",
  "src/patterns/**/*.ts",
  "src/hooks/*.ts",
  "src/hooks/importers/**/*.ts",
];

const NO_CLOCK =
  "Pure rooms take the time as an argument, so that the same input gives the same plan.";
const NO_CHANCE =
  "Pure rooms take random values as arguments, so that the same input gives the same plan.";

const clockAndChance = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: NO_CLOCK,
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: NO_CLOCK },
  { selector: "CallExpression[callee.name='Date']", message: NO_CLOCK },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: NO_CHANCE },
];

const sandboxTraps = [
  {
    selector: "Program > VariableDeclaration[kind=/^(let|var)$/]",
    message:
      "Module state is shared by every run in one worker: keep state inside the workflow function.",
  },
  {
    selector: "Program > ExportNamedDeclaration > VariableDeclaration[kind=/^(let|var)$/]",
    message:
      "Module state is shared by every run in one worker: keep state inside the workflow function.",
  },
  {
    selector: "ImportExpression",
    message: "The sandbox has one bundle: dynamic import does not exist there.",
  },
  {
    selector: "ThrowStatement > NewExpression[callee.name=/^(Error|TypeError|RangeError)$/]",
    message:
      "A plain Error fails the workflow task, which retries for ever: throw an ApplicationFailure.",
  },
];

/** House rule: a cast is a claim the compiler cannot check, so its reason stands beside it. */
const castNeedsReason = {
  meta: {
    type: "suggestion",
    schema: [],
    messages: { reason: "Say beside this `as` why it holds." },
  },
  create(context) {
    const commented = new Set();
    for (const comment of context.sourceCode.getAllComments()) {
      for (let line = comment.loc.start.line; line <= comment.loc.end.line + 1; line += 1) {
        commented.add(line);
      }
    }
    return {
      TSAsExpression(node) {
        const isConst = node.typeAnnotation.typeName?.name === "const";
        const isExplained =
          commented.has(node.loc.start.line) ||
          commented.has(node.loc.end.line) ||
          commented.has(node.typeAnnotation.loc.start.line);
        if (!isConst && !isExplained) context.report({ node, messageId: "reason" });
      },
    };
  },
};

export default tseslint.config(
  { ignores: ["node_modules", "dist", ".dist-*", "coverage", ".heddle"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { heddle: { rules: { "cast-needs-reason": castNeedsReason } } },
    rules: {
      complexity: ["error", { max: 12, variant: "modified" }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "max-lines": ["error", { max: 300 }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "no-console": "error",
      "heddle/cast-needs-reason": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  { files: PURE_ROOMS, rules: { "no-restricted-syntax": ["error", ...clockAndChance] } },
  {
    files: ["src/workflows/**/*.ts"],
    rules: {
      "no-restricted-syntax": ["error", ...sandboxTraps],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: "^node:", message: "Node's modules do not exist in the workflow sandbox." },
            {
              regex:
                "^(fs|path|os|crypto|child_process|http|https|net|stream|timers|events|util)(/|$)",
              message: "Node's modules do not exist in the workflow sandbox.",
            },
            {
              regex: "^@temporalio/(client|worker|activity|testing)",
              message: "Workflow code sees only @temporalio/workflow and @temporalio/common.",
            },
          ],
        },
      ],
    },
  },
  { files: ["src/cli/**/*.ts", "bench/**/*.ts"], rules: { "no-console": "off" } },
  {
    files: ["test/**/*.ts", "bench/**/*.ts", "examples/**/*.ts"],
    rules: {
      "max-lines": "off",
      "max-lines-per-function": "off",
      "heddle/cast-needs-reason": "off",
      "@typescript-eslint/require-await": "off",
      // `const { run } = createActivities(...)` is how Temporal itself takes them.
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    // Plain programs: they run before the packages that would type-check them are installed.
    files: ["**/*.{js,mjs,cjs}"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
    rules: {
      "max-lines": ["error", { max: 300 }],
      complexity: ["error", { max: 12, variant: "modified" }],
      eqeqeq: "error",
    },
  },
);
