/** The API's document as a page. It only shows: messages are sent from the console page, which has the phones beside it. */
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

SwaggerUI({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  supportedSubmitMethods: [],
  // The viewer would ask a validator elsewhere.
  validatorUrl: null,
});
