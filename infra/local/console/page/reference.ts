/** The API's document as a page, whose "Try it out" sends to the local API with the local run's key. */
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const look = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", look);
look();

/** What the viewer leaves out for those who do not see it, or have no mouse. */
const names = {
  ".body-param__text": "Request body",
  "#servers": "Server",
  ".examples-select-element": "Example",
};
new MutationObserver(() => {
  for (const [found, name] of Object.entries(names))
    for (const field of document.querySelectorAll(found)) field.setAttribute("aria-label", name);
  for (const code of document.querySelectorAll("pre.microlight")) code.setAttribute("tabindex", "0");
  // The button around the link opens the operation, and writes its address, just as well.
  for (const link of document.querySelectorAll("button.opblock-summary-control a[href]"))
    link.removeAttribute("href");
}).observe(document.body, { childList: true, subtree: true });

const answer = await fetch("/openapi.json");
const spec = (await answer.json()) as { servers: [{ url: string }]; "x-local-api-key": string };
const { url: apiUrl } = spec.servers[0];

const viewer = SwaggerUI({
  spec,
  dom_id: "#reference",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  // The API answers no page of another origin: the console's server passes requests on. The command shown is to the API.
  requestInterceptor: (request) => {
    if (request.url.startsWith(`${apiUrl}/`))
      request.url = `${location.origin}/reference/api${request.url.slice(apiUrl.length)}`;
    return request;
  },
  showMutatedRequest: false,
  onComplete: () => viewer.preauthorizeApiKey("apiKey", spec["x-local-api-key"]),
  // The viewer would ask a validator elsewhere.
  validatorUrl: null,
});
