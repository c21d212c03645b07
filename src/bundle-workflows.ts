import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";

/**
 * Makes the workflow bundle from the sandbox's only door. The sources are left out of the bundle's map: stack traces need
 * positions only, and the sources would be 40 % of what every worker loads.
 */
export async function bundleWorkflows(workflowsPath: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger("ERROR"),
    webpackConfigHook: (config) => ({ ...config, devtool: "inline-nosources-source-map" }),
  });
  return code;
}
