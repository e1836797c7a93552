/** The OpenAPI document as a page. It is read-only: messages are sent from the console page, which has the phones beside them. */
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

SwaggerUI({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  supportedSubmitMethods: [],
  // Otherwise the viewer would call an external validator.
  validatorUrl: null,
});
