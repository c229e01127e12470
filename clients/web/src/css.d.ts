// esbuild bundles what is imported into the stylesheet beside the page.
declare module "*.css";
