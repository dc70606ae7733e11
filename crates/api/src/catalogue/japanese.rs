//! The words in Japanese.

use actix_web::http::StatusCode;
use furusu_domain::departures::Outcome;
use furusu_domain::engagement::{Bar, ReasonCode};
use furusu_domain::error::{Error, Form, Kind, Oddity, Problem, Rule, Unparsed};
use furusu_domain::timeline::TimelineKind;

use super::Entry;
use crate::error::Refused;
use crate::graphql::bounds;
use crate::graphql::words::{Came, Phrase, Why};
use crate::pages;

pub(super) const FRAME: pages::Frame = pages::Frame {
    lang: "ja",
    skip: "本文へ移動",
    pages: "ページ",
    reference: "APIリファレンス",
    problems: "エラー一覧",
    contracts: "API定義",
};

pub(super) fn entry(code: &str) -> Option<Entry> {
    let (title, advice) = match code {
        "malformed" => ("リクエストを解析できません", "本文がJSONではありません。位置（行と列）はdetailに示します。"),
        "unauthenticated" => ("認証情報が必要です", "アクセストークンを「Authorization: Bearer トークン」の形で送ってください。"),
        "invalid_token" => (
            "アクセストークンが有効ではありません",
            "有効期限が切れているか、別のサービスのものか、正しく発行されたものではありません。新しいトークンを取得してください。",
        ),
        "insufficient_scope" => (
            "このトークンには権限がありません",
            "必要なスコープはdetailに示します。そのスコープを持つクライアントを管理者に依頼してください。",
        ),
        "not_found" => ("見つかりません", "このIDのものは存在しないか、あなたの組織のものではありません。"),
        "method_not_allowed" => ("このパスでは使えないメソッドです", "使えるメソッドはAllowヘッダーに示します。"),
        "not_acceptable" => ("その形式では応答できません", "応答できる形式はdetailに示します。Acceptでそのいずれかを指定してください。"),
        "request_timeout" => ("リクエストに時間がかかりすぎました", "本文が時間内に届きませんでした。もう一度送ってください。"),
        "uri_too_long" => ("URLが長すぎます", "ヘッダー全体で32KiBまでです。絞り込み条件は本文で送ってください（POST …/search）。"),
        "headers_too_large" => ("ヘッダーが大きすぎます", "ヘッダーは合わせて32KiB、96個までです。"),
        "not_implemented" => ("この転送コーディングには対応していません", "本文はContent-Lengthを付けるか、chunkedで送ってください。"),
        "version_not_supported" => ("このHTTPのバージョンには対応していません", "HTTP/1.1で送ってください。"),
        "conflict" => ("同時にほかの人が変更しました", "読み直してから、変更をもう一度送ってください。"),
        "move_refused" => ("現在の状態からその状態には移せません", "移せる先はallowedに示します。"),
        "edit_refused" => ("現在の状態では編集できない項目があります", "編集できる項目はallowedに示します。"),
        "registration_closed" => ("この交流イベントでは今その登録を受け付けていません", "理由はdetailに示します。"),
        "attendance_final" => {
            ("出欠は確定しています", "確定の日時は後から変更できません。個々の出欠は、理由を付ければ訂正でき、記録に残ります。")
        }
        "too_large" => ("本文が大きすぎます", "展開後の大きさは、1件の文書で1MiB、一括で16MiBまでです。分けて送ってください。"),
        "unsupported_media_type" => ("本文の形式が違います", "application/jsonを、そのまま、またはgzipかzstdで圧縮して送ってください。"),
        "invalid" => ("送られた内容に誤りがあります", "errorsに、それぞれの位置（JSONポインター）と期待される内容を示します。"),
        "batch_rejected" => (
            "一括登録を受け付けませんでした",
            "atomicの指定があり、却下されたレコードがありました。どれがなぜ却下されたかはresultsに示します。何も書き込まれていません。",
        ),
        "precondition_failed" => (
            "読み込んだ後に変更されています",
            "ほかの人が変更したため、If-Matchが示す状態ではなくなっています。読み直して、変更がまだ適切か確かめ、新しいエンティティタグを付けて送ってください。",
        ),
        "precondition_required" => ("エンティティタグが必要です", "先に読み込み、そのETagをIf-Matchとして変更と一緒に送ってください。"),
        "idempotency_key_reused" => (
            "この冪等キーは使用済みです",
            "同じキーが24時間以内に別のリクエストで使われました。リクエストごとに新しいキーを使い、同じキーは再送のときだけ使ってください。",
        ),
        "idempotency_key_in_use" => (
            "リクエストはまだ処理中です",
            "この冪等キーのリクエストは終わっていません。Retry-Afterの秒数だけ待ってから、もう一度送ってください。",
        ),
        "rate_limited" => ("リクエストが多すぎます", "Retry-Afterの秒数だけ待ってから送ってください。"),
        "internal" => ("サービス内部で誤りが起きました", "リクエストIDを管理者に伝えてください。原因はログに残っています。"),
        "not_ready" => (
            "サービスの準備ができていません",
            "データベースに接続できないか、マイグレーションが済んでいません。管理者はfurusu checkで確認できます。",
        ),
        "unavailable" => ("現在利用できません", "サービスが必要とするものに接続できません。しばらくしてからもう一度お試しください。"),
        _ => return None,
    };
    Some(Entry { title, advice })
}

pub(super) fn error(error: &Error) -> String {
    match error {
        Error::Malformed(Unparsed::Syntax { breaks_off, line, column }) => {
            let what = if *breaks_off { "JSONが途中で終わっています" } else { "JSONではありません" };
            format!("{what}（{line}行{column}列）")
        }
        Error::Malformed(Unparsed::Handshake) => "WebSocketのハンドシェイクではありません".into(),
        Error::Malformed(Unparsed::Url) => "URLが、パーセントエンコードされたUTF-8ではありません".into(),
        Error::Malformed(Unparsed::TooMany { most }) => format!("値の数は{most}個までです"),
        Error::Unauthenticated => "アクセストークンを送ってください（Authorization: Bearer …）".into(),
        Error::InvalidToken => "新しいアクセストークンを取得して、もう一度お試しください".into(),
        Error::Forbidden(scope) => format!("スコープ {scope} が必要です"),
        Error::NotFound => "このIDのものは存在しないか、この組織のものではありません".into(),
        Error::Conflict => "読み直してから、もう一度お試しください".into(),
        Error::Refused(rule) => self::rule(rule),
        Error::Invalid(faults) => format!("{}件の誤りがあります。errorsをご覧ください", faults.len()),
        Error::BatchRejected(results) => {
            let rejected = results.iter().filter(|r| r.outcome == Outcome::Rejected).count();
            format!("{}件中{rejected}件が却下され、何も書き込まれていません。resultsをご覧ください", results.len())
        }
        Error::RateLimited { retry_after } => format!("{retry_after}秒後にもう一度お試しください"),
        Error::PreconditionFailed => "読み直して、新しいエンティティタグを付けて変更を送ってください".into(),
        Error::PreconditionRequired => "どの状態を変更するのかをIf-Match（ifMatch）で示してください".into(),
        Error::IdempotencyKeyReused => "別のリクエストで送られたキーです。新しいキーを使ってください".into(),
        Error::IdempotencyKeyInUse { retry_after } => {
            format!("この冪等キーのリクエストは処理中です。{retry_after}秒後にもう一度お試しください")
        }
        Error::Unavailable => "サービスが必要とするものに接続できません。しばらくしてからもう一度お試しください".into(),
        Error::Internal(_) => "原因はログに残しました。リクエストIDを管理者に伝えてください".into(),
    }
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::Move { from, allowed } if allowed.is_empty() => format!("{from} からはどこにも移せません"),
        Rule::Move { from, allowed } => format!("{from} から移せる先: {}", allowed.join(", ")),
        Rule::Edit { state, allowed } if allowed.is_empty() => format!("{state} のものは編集できません"),
        Rule::Edit { state, allowed } => format!("{state} で編集できる項目: {}", allowed.join(", ")),
        Rule::Registration { bar } => match bar {
            Bar::NotPublished => "この交流イベントは公開されていません",
            Bar::Cancelled => "この交流イベントは中止されました",
            Bar::DeadlinePassed => "申込期限を過ぎています",
            Bar::Over => "この交流イベントは終了しました",
            Bar::NotBegun => "この交流イベントはまだ始まっていません。受付は前日からです",
        }
        .into(),
        Rule::AttendanceFinal => "出欠は確定しています。個々の出欠を、理由を付けて訂正してください".into(),
    }
}

pub(super) fn refused(refused: &Refused) -> String {
    match refused {
        Refused::Nowhere => "このパスには何もありません".into(),
        Refused::NoSuchProblem => "この名前の問題はありません".into(),
        Refused::OnThisMachineOnly => "このマシンからのみ表示できます".into(),
        Refused::Method { allow } => format!("このパスで使えるメソッド: {allow}"),
        Refused::NotAcceptable { given } => format!("応答できる形式: {given}"),
        Refused::TooSlow { seconds } => format!("本文が{seconds}秒以内に届きませんでした"),
        Refused::TooLarge { limit } => format!("ここで読めるのは{limit}バイトまでです"),
        Refused::MediaType { expected } => format!("{expected}形式の本文が必要です"),
        Refused::Coding => "圧縮していない本文か、gzipまたはzstdで圧縮した本文が必要です".into(),
        Refused::Preflight => {
            "このオリジンのページ、またはそのメソッドかヘッダーは許可されていません。管理者はcors_originsでオリジンを指定できます".into()
        }
        Refused::BrokenOff => "本文が途中で切れました".into(),
        Refused::BadCoding => "本文を展開できません".into(),
        Refused::DatabaseUnreachable => "データベースに接続できません".into(),
        Refused::DatabaseBehind => "データベースのマイグレーションが済んでいません。furusu migrateを実行してください".into(),
        Refused::BadHead { what } => format!("リクエスト行またはヘッダーが正しくありません: {what}"),
        Refused::SlowHead => "ヘッダーが時間内に届きませんでした".into(),
        Refused::TargetTooLong { limit } => format!("ヘッダー全体で{limit}バイトまでです"),
        Refused::HeadTooLarge { limit } => format!("ヘッダーは合わせて{limit}バイト、96個までです"),
        Refused::TransferCoding => "Transfer-Encodingのない本文か、chunkedの本文が必要です".into(),
        Refused::Version => "HTTP/1.1またはHTTP/1.0が必要です".into(),
        Refused::Other { status: StatusCode::NOT_ACCEPTABLE } => "応答できる圧縮形式: gzip、zstd、identity".into(),
        Refused::Other { .. } => "リクエストは読まれる前に拒否されました".into(),
    }
}

pub(super) fn why(why: &Why) -> String {
    match why {
        Why::Json(what) => what.clone(),
        Why::Request(what) => format!("GraphQLのリクエストとして正しくありません: {what}"),
        Why::Syntax(what) => format!("GraphQL文書の構文に誤りがあります: {what}"),
        Why::Document(what) => format!("GraphQL文書がスキーマに合いません: {what}"),
        Why::Variables(what) => format!("変数の値が正しくありません: {what}"),
        Why::TooLarge(what) => format!("GraphQL文書が大きすぎます: {what}"),
        Why::Batch(what) => format!("一括リクエストとして正しくありません: {what}"),
        Why::NoDocument => "query: GraphQL文書が必要ですが、届きませんでした".into(),
        Why::Operation => "operationName: 文書に操作が複数あるか、その名前の操作がありません。いずれか1つを指定してください".into(),
        Why::TooDeep => format!("フィールドの入れ子は{}段までです", bounds::DEPTH),
        Why::TooManyAliases => format!("同じフィールドを並べられるのは{}回までです", bounds::ALIASES),
        Why::TooCostly { cost, limit } => {
            format!("このリクエストのコストは{cost}で、上限の{limit}を超えています。一度に取得する件数を減らしてください")
        }
        Why::Introspection(what) => format!("一度に取得できるスキーマの範囲を超えています: {what}"),
        Why::MutationByGet => "ミューテーションはPOSTで送ってください。GETで実行できるのはクエリだけです".into(),
        Why::SubscriptionHere => {
            "サブスクリプションはWebSocket（graphql-transport-ws）か、Accept: text/event-streamで利用してください".into()
        }
        Why::NotAcceptable => "応答の形式はapplication/graphql-response+jsonまたはapplication/jsonです".into(),
        // Apollo's clients look for this very word.
        Why::PersistedQueryNotFound => "PersistedQueryNotFound".into(),
        Why::UnknownDocument => "documentId: このIDの文書はありません".into(),
        Why::HashMismatch => "ハッシュが、一緒に届いた文書のものではありません".into(),
        Why::NotTrusted => "ここで実行できるのは、管理者が登録した文書だけです".into(),
        Why::TooManySubscriptions => format!("1つの接続で同時に実行できる操作は{}個までです", bounds::SUBSCRIPTIONS),
        Why::TooSlow => "読み取りが追いつきませんでした。接続し直してください".into(),
    }
}

pub(super) fn phrase(phrase: Phrase<'_>) -> String {
    match phrase {
        Phrase::Member { name, expected, came } => {
            let name = if name.is_empty() { "リクエスト" } else { name };
            format!("{name}: {}が必要ですが、{}が届きました", kind(expected), kind(came))
        }
        Phrase::Version => "extensions.persistedQuery.version: 1が必要です".into(),
        Phrase::Hash => "extensions.persistedQuery.sha256Hash: 16進数64桁が必要です".into(),
        Phrase::Batch { most, came } => format!("1〜{most}件のところ、{came}件届きました"),
        Phrase::BatchInEvents => "イベントでの応答には1件のリクエストが必要です".into(),
        Phrase::Bytes { most, came } => format!("query: {most}バイトまでのところ、{came}バイト届きました"),
        Phrase::Fragments => "フラグメントの入れ子が深すぎます".into(),
        Phrase::Tokens { most, deep } => format!("トークンが{most}個を超えているか、入れ子が{deep}段を超えています"),
        Phrase::Selections { most } => format!("フラグメントを展開すると、選択が{most}個を超えます"),
        Phrase::Value { place, ty, came } => {
            let came = match came {
                Came::Of(of) => kind(of),
                Came::Word => "語",
                Came::Bytes => "バイト列",
                Came::Nothing => return format!("{place}: {ty}型の値が必要ですが、届きませんでした"),
                Came::AnotherWord => "別の語",
                Came::NotWhole => "整数でない数値または32ビットを超える数値",
            };
            format!("{place}: {ty}型の値が必要ですが、{came}が届きました")
        }
        Phrase::NoMember { place, of, member } => format!("{place}: {of}にメンバー {member} はありません"),
    }
}

pub(super) fn fault(problem: &Problem) -> String {
    match problem {
        Problem::Required => "必須です".into(),
        Problem::Unknown { known } if known.is_empty() => "ここでは何も指定できません".into(),
        Problem::Unknown { known } => format!("ここでは使えない名前です。使えるもの: {}", known.join(", ")),
        Problem::Repeated => "同じ名前が複数あります".into(),
        Problem::WrongType { expected, came } => format!("{}が必要ですが、{}が届きました", kind(*expected), kind(*came)),
        Problem::Malformed { expected } | Problem::OutOfRange { expected } => format!("{}が必要です", form(*expected)),
        Problem::NotOneOf { expected } => format!("次のいずれかが必要です: {}", expected.join(", ")),
        Problem::TooLong { limit, came } => format!("{limit}までのところ、{came}届きました"),
        Problem::Before { other } => format!("{}より前にはできません", place(other)),
        Problem::After { other } => format!("{}より後にはできません", place(other)),
        Problem::Reserved => "furusu自身が使う名前です".into(),
        Problem::InTheFuture => "未来の日時にはできません".into(),
        Problem::DiffersFromPath => "パスにあるものと違います".into(),
        Problem::SamePerson => "すでに同一人物です".into(),
        Problem::UnknownKind { known } => format!("組織で定めた活動種別のいずれかを指定してください: {}", known.join(", ")),
        Problem::UnknownPerson => "furusuに登録のない人物です".into(),
        Problem::UnknownPermission => "この人物のために確保された許可ではありません".into(),
        Problem::Fixed => "一度決めた値は変更できません".into(),
        Problem::NotRising => "直前の値より大きくなければなりません".into(),
        Problem::UnknownPeriod => "このクライアントが秘匿化トークンで照会できる期間ではありません".into(),
        Problem::TwoPeople => "これらのIDは別々の2人のものです".into(),
        Problem::NeedsScope { scope } => format!("スコープ {scope} がなければ指定できません"),
        Problem::ForeignCursor => "このカーソルは別の条件のものです。同じ絞り込みと並び順で送ってください".into(),
        Problem::RequiredOneOf { members } => format!("次のいずれかが必要です: {members}"),
        Problem::Exclusive { other } => format!("{other} と同時には指定できません"),
        Problem::OnlyWith { what } => format!("{} の場合にだけ指定できます", only_with(what)),
        Problem::Above { other } => format!("{other} より大きくできません"),
        Problem::Odd { what } => oddity(*what).into(),
    }
}

pub(super) const fn reason(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::Deceased => "故人です",
        ReasonCode::NoConsent => "この目的・手段での連絡を認める同意もほかの根拠もありません",
        ReasonCode::Objected => "本人が拒否しています",
        ReasonCode::Withdrawn => "本人が同意を撤回しています",
        ReasonCode::Expired => "同意の期限が切れています",
        ReasonCode::NoAddress => "この手段の連絡先が登録されていません",
        ReasonCode::Bounced => "不達になった後、連絡先が変わっていません",
        ReasonCode::CapReached => "組織が定めた連絡回数の上限に達しています",
    }
}

fn place(pointer: &str) -> &str {
    match pointer {
        "/birth_on" => "生年月日（/birth_on）",
        "/employment/hired_on" => "入社日（/employment/hired_on）",
        "/given_at" => "意思表示の日時（given_at）",
        "/starts_at" => "開始日時（starts_at）",
        "/sent_at" => "送信日時（sent_at）",
        "/ends_at" => "終了日時（ends_at）",
        other => other,
    }
}

/// What alone a member goes with; where it is members and words of the contract, those stay.
fn only_with(what: &str) -> &str {
    match what {
        "a purpose for which people are contacted" => "本人に連絡する目的",
        other => other,
    }
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Boolean => "真偽値",
        Kind::Number => "数値",
        Kind::WholeNumber => "整数",
        Kind::Text => "文字列",
        Kind::List => "配列",
        Kind::Object => "オブジェクト",
        Kind::Code => "文字列、数値または真偽値",
    }
}

fn form(form: Form) -> String {
    match form {
        Form::PlainText => "制御文字を含まない文字列".into(),
        Form::Date => "YYYY-MM-DD形式の日付".into(),
        Form::AnyDate => "日付（1985-04-02、1985年4月2日、昭和60年4月2日など）".into(),
        Form::Instant => "RFC 3339形式の日時（例: 2016-06-17T00:00:00Z）".into(),
        Form::ExternalId => "制御文字を含まない1〜128文字のID".into(),
        Form::AlumnusId => "alm_で始まるID".into(),
        Form::Source => "英数字で始まる1〜64文字の英数字、「.」「_」「-」".into(),
        Form::IdempotencyKey => "印字可能なASCII文字1〜255文字（引用符はあってもなくてもよい）".into(),
        Form::Email => "メールアドレス（例: name@example.com）".into(),
        Form::Phone => "5〜20桁の電話番号（例: +81 90 0000 0000）".into(),
        Form::Search => "氏名またはメールアドレスの先頭部分".into(),
        Form::Probability => "0より大きく1より小さい数値".into(),
        Form::Token => "16進数64桁の秘匿化トークン".into(),
        Form::MailDomain => "@を含まないメールドメイン（例: example.com）".into(),
        Form::Region => "ISO 3166-1の2文字の地域コード（例: JP）".into(),
        Form::Kind => "英小文字・数字・_ からなる40文字以内の語（例: event_attended）".into(),
        Form::Since1970 => "1970年以降の日時".into(),
        Form::MonthBegin => "月の初日".into(),
        Form::MonthEnd => "月の末日".into(),
        Form::Points { most } => format!("0、または0.001以上{most}以下の数"),
        Form::WebAddress => "https://またはhttp://で始まる、認証情報を含まないアドレス".into(),
        Form::TimeZone => "IANAタイムゾーン名（例: Asia/Tokyo）".into(),
        Form::Whole { least, most } => format!("{least}から{most}までの整数"),
        Form::Number { most } => format!("-{most}から{most}までの数値"),
        Form::Items { least, most } => format!("{least}〜{most}件のリスト"),
    }
}

pub(super) const fn happened(kind: TimelineKind) -> &'static str {
    match kind {
        TimelineKind::EmploymentBegan => "入社",
        TimelineKind::EmploymentCorrected => "在籍情報の訂正",
        TimelineKind::DepartureAnnounced => "退職予定の登録",
        TimelineKind::DepartureCorrected => "退職情報の訂正",
        TimelineKind::DepartureRescinded => "退職の取り消し",
        TimelineKind::DepartureEffective => "退職",
        TimelineKind::AlumnusReturned => "復職",
        TimelineKind::ConsentGranted => "同意",
        TimelineKind::ConsentObjected => "異議の申し出",
        TimelineKind::ConsentWithdrawn => "同意または異議の撤回",
        TimelineKind::ConsentExpired => "同意の期限切れ",
        TimelineKind::AlumnusMerged => "別の記録との統合",
        TimelineKind::AlumnusUnmerged => "統合の取り消し",
        TimelineKind::ReturningApplicantMatched => "採用管理システムへの開示",
        TimelineKind::EngagementRecorded => "活動",
        TimelineKind::EngagementCorrected => "活動の訂正",
        TimelineKind::EngagementRetracted => "活動の取り消し",
    }
}

const fn oddity(what: Oddity) -> &'static str {
    match what {
        Oddity::Tenure => "在籍期間が60年を超えています。届いたまま保存しました",
        Oddity::AgeAtHire => "14歳になる前の入社です。届いたまま保存しました",
        Oddity::FarAhead => "2年より先の日付です。届いたまま保存しました",
        Oddity::OriginalHireLater => "最初の入社日が今回の入社日より後です。届いたまま保存しました",
        Oddity::AfterTheEnd => "在籍最終日より後です。届いたまま保存しました",
        Oddity::StatusContradictsDates => "状態と日付が食い違っています。日付を優先しました",
        Oddity::RestrictedWithoutBasis => "再入社の制限には根拠、承認者、見直し日が必要です。review_requiredとして保存しました",
        Oddity::EligibleUndecided => "規則または人だけが決められます。undeterminedとして保存しました",
        Oddity::HireDateCorrected => "同じ連携元の既知の在籍期間と重なるため、入社日の訂正として扱いました",
    }
}
