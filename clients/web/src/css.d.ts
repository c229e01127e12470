// esbuild puts imported style sheets into the style sheet of the page.
declare module "*.css";
