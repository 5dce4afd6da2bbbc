/** Style sheets that Vite bundles beside the script that names them. */
declare module "*.css";
