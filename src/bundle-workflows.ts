import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";

/**
 * Makes the workflow bundle from the sandbox's only door. The bundle's map tells lines and nothing else, since that is what
 * stack traces need: with columns it would be a third of what every worker loads, with the sources more than half.
 */
export async function bundleWorkflows(workflowsPath: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    // Else each run evaluates all modules anew. What they keep is keyed by a run's own objects, or never changes.
    preloadModules: [workflowsPath],
    logger: new DefaultLogger("ERROR"),
    webpackConfigHook: (config) => ({
      ...config,
      devtool: "inline-nosources-cheap-module-source-map",
    }),
  });
  return code;
}
