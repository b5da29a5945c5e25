/** Where the Temporal Web UI is, and which of its namespaces the runs are in. */
export interface WebUi {
  readonly temporalUiUrl: string;
  readonly namespace: string;
}

/** The address of a run in the Temporal Web UI. Ids from a manifest may be any text, so every part is encoded. */
export function runLink({ temporalUiUrl, namespace }: WebUi, workflowId: string, runId: string): string {
  const path = `namespaces/${encoded(namespace)}/workflows/${encoded(workflowId)}/${encoded(runId)}/history`;
  return `${temporalUiUrl.replace(/\/+$/, '')}/${path}`;
}

/** Half a character, on which encodeURIComponent throws, becomes U+FFFD on its way through a buffer. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}
