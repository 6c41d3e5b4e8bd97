use super::prelude::*;

rule! {
    /// A name or an address holds characters that do not show, turn the direction of the text, or look like others.
    ///
    /// The line reads as one thing and means another: `lodash` with a Cyrillic `о`, an address with a hidden line break, a name that runs backwards.
    ///
    /// ## Bad
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "dependencies": { "lоdash": "1.0.0" }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "dependencies": { "lodash": "1.0.0" }
    /// }
    /// ```
    ///
    /// ## What to do
    /// Write it with plain letters; if you did not write it yourself, see who did.
    MISLEADING_TEXT = {
        id: "misleading-text",
        threat: 5,
        severity: Error,
        summary: "a name or address that does not read as it is",
        fixable: No,
        needs: Files,
        checks: [Package(package), Dependency(dependency), Settings(settings)],
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    let fields = [Some(&package.key), Some(&package.name), package.version.as_ref(), package.source.as_ref()];
    let mut seen = Span::at(0);
    for field in fields.into_iter().flatten().filter(|field| !field.is_ascii() || field.bytes().any(|byte| byte < b' ' || byte == 0x7f)) {
        if field.span != seen {
            seen = field.span;
            text(field, cx);
        }
    }
}

fn dependency(dependency: &Dependency, cx: &mut Cx<'_>) {
    text(&dependency.name, cx);
    text(&dependency.spec, cx);
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    for setting in &settings.entries {
        text(&setting.key, cx);
        if setting.value.contains("://") {
            text(&setting.value, cx);
        }
    }
}

fn text(value: &Spanned<smol_str::SmolStr>, cx: &mut Cx<'_>) {
    let Some(what) = fault(value) else { return };
    let shown: String = value.chars().map(|character| if character.is_ascii_graphic() { character.to_string() } else { format!("<U+{:04X}>", character as u32) }).collect();
    let finding = cx.report(value.span, format!("`{shown}` {what}"));
    finding.help("write it with plain letters; if you did not write it yourself, see who did");
}

fn fault(text: &str) -> Option<String> {
    if let Some(hidden) = text.chars().find(|character| is_hidden(*character)) {
        return Some(format!("holds U+{:04X}, which does not show or turns the text round", hidden as u32));
    }
    if text.is_ascii() {
        return None;
    }
    let letters = text.chars().filter(|character| !character.is_ascii()).find(|character| reads_as_ascii(*character));
    letters.map(|letter| format!("holds U+{:04X}, which looks like a plain letter and is none", letter as u32))
}

/// Control characters, bidirectional marks, and characters without width.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}')
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
        || matches!(character, '\u{e0000}'..='\u{e007f}')
}

/// Whether Unicode's table of confusable characters takes it for plain ASCII text.
fn reads_as_ascii(character: char) -> bool {
    let text = character.to_string();
    let mut skeleton = unicode_security::confusable_detection::skeleton(&text);
    skeleton.all(|shape| shape.is_ascii())
}
