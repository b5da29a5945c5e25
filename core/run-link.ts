/** The address of the Temporal Web UI, and the namespace of the runs. */
export interface WebUi {
  readonly temporalUiUrl: string;
  readonly namespace: string;
}

/** The address of a run in the Temporal Web UI. Ids from a manifest may be any text, so every part is encoded. */
export function runLink({ temporalUiUrl, namespace }: WebUi, workflowId: string, runId: string): string {
  const path = `namespaces/${encoded(namespace)}/workflows/${encoded(workflowId)}/${encoded(runId)}/history`;
  return `${temporalUiUrl.replace(/\/+$/, '')}/${path}`;
}

/** A lone surrogate, on which encodeURIComponent throws, becomes U+FFFD in a buffer. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}
