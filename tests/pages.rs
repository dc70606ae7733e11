//! The pages: what a browser is answered, and what stands around it.

use furusu_tests::{Answer, on_both};

/// What a browser says when it goes somewhere.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// The files that a page loads.
fn files(page: &Answer) -> Vec<String> {
    page.text.split('"').filter(|part| part.starts_with("/pages/")).map(str::to_owned).collect()
}

on_both! {
    fn pages_need_no_token_and_load_only_what_the_service_has(world) {
        let stranger = world.stranger();
        for path in ["/", "/docs", "/problems", "/problems/invalid"] {
            let page = stranger.send("GET", path, &[("accept", BROWSER)], None).is(200);
            assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
            let policy = page.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
            assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
            assert_eq!(page.header("referrer-policy"), "no-referrer");
            assert!(page.text.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{path}");
            for link in page.text.split(" src=\"").skip(1).chain(page.text.split(" href=\"").skip(1)) {
                let ours = link.starts_with('#') || link.starts_with("data:,") || link.starts_with('/') && !link.starts_with("//");
                assert!(ours, "{path} leads elsewhere: {}", link.split('"').next().unwrap());
            }
            let files = files(&page);
            assert!(!files.is_empty(), "{path}");
            for file in files {
                let answer = stranger.get(&file).is(200);
                assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable", "{file}");
                assert_eq!(answer.header("x-content-type-options"), "nosniff");
            }
        }
        stranger.get("/pages/nonsense.js").is(404).says("not_found");
        stranger.get("/pages/..%2Fpages.rs").is(404).says("not_found");
    }

    fn a_page_that_the_caller_has_is_not_sent_again(world) {
        let stranger = world.stranger();
        let page = stranger.get("/docs").is(200);
        let file = files(&page).swap_remove(0);
        for path in ["/", "/docs", &file] {
            let tag = stranger.get(path).is(200).header("etag").to_owned();
            assert!(tag.starts_with('"') && tag.len() > 10, "{tag}");
            let again = stranger.send("GET", path, &[("if-none-match", &format!("\"other\", W/{tag}"))], None).is(304);
            assert_eq!((again.text.as_str(), again.header("etag")), ("", tag.as_str()));
            let _ = stranger.send("GET", path, &[("if-none-match", "\"other\"")], None).is(200);
            assert_eq!(stranger.send("HEAD", path, &[], None).is(200).header("etag"), tag);
            // As a browser has it: compressed, and by the tag that came with it.
            for coding in ["gzip", "zstd", "deflate"] {
                let compressed = stranger.send("GET", path, &[("accept-encoding", coding)], None).is(200).header("etag").to_owned();
                let _ = stranger.send("GET", path, &[("accept-encoding", coding), ("if-none-match", &compressed)], None).is(304);
            }
        }
    }

    fn the_reference_tells_every_operation_and_every_shape_of_the_contract(world) {
        let stranger = world.stranger();
        let contract = stranger.get("/openapi.json").is(200).body();
        let page = stranger.get("/docs").is(200).text;
        for (path, item) in contract["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap();
                assert!(page.contains(&format!("<h3 id=\"{id}\">")), "{method} {path}");
            }
        }
        for name in contract["components"]["schemas"].as_object().unwrap().keys() {
            assert!(page.contains(&format!("<h3 id=\"shape-{name}\">")), "{name}");
        }
        for link in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(page.contains(&format!("id=\"{link}\"")), "#{link} leads nowhere");
        }
    }

    fn graphql_shows_a_page_to_browsers_only(world) {
        let stranger = world.stranger();
        let page = stranger.send("GET", "/graphql", &[("accept", BROWSER)], None).is(200);
        let policy = page.header("content-security-policy");
        assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"), "{policy}");
        for file in files(&page) {
            let _ = stranger.send("GET", &file, &[("accept-encoding", "identity")], None).is(200);
        }
        let bundled = files(&page).iter().any(|file| file.contains("graphiql-"));
        // Without Node.js the binary says what it lacks; where the pages are required, it may not.
        let required = std::env::var("FURUSU_REQUIRE_PAGES").is_ok_and(|value| !value.is_empty());
        assert!(bundled || !required, "the binary was built without GraphiQL: `make pages` bundles it");
        assert!(bundled || page.text.contains("make pages"));
        for (accept, query) in [("application/json", ""), ("*/*", ""), ("text/html", "?query=%7B__typename%7D")] {
            let answer = stranger.send("GET", &format!("/graphql{query}"), &[("accept", accept)], None);
            assert!(!answer.header("content-type").starts_with("text/html"), "{accept} {query}");
            assert_ne!(answer.status, 200, "{accept} {query}");
        }
    }
}
