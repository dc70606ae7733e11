//! Files from HR systems, by the command line, as an operator imports them. The rows are invented, of the shape of a
//! well-known public HR data set.

use std::fs;

use furusu_tests::command::Operator;
use furusu_tests::on_both;
use furusu_tests::world::World;
use serde_json::{Value, json};

const HEADER: &str = "\u{feff}Employee_Name,EmpID,MarriedID,MaritalStatusID,GenderID,EmpStatusID,DeptID,PerfScoreID,FromDiversityJobFairID,Salary,Termd,PositionID,Position,State,Zip,DOB,Sex,MaritalDesc,CitizenDesc,HispanicLatino,RaceDesc,DateofHire,DateofTermination,TermReason,EmploymentStatus,Department,ManagerName,ManagerID,RecruitmentSource,PerformanceScore,EngagementSurvey,EmpSatisfaction,SpecialProjectsCount,LastPerformanceReview_Date,DaysLateLast30,Absences";

fn row(name: &str, id: &str, born: &str, hired: &str, left: &str, reason: &str, status: &str) -> String {
    format!(
        "\"{name}\",{id},0,0,0,1,5,4,0,1,0,19,Clerk I,MA,1960,{born},F ,Single,US Citizen,No,White,{hired},{left},{reason},{status},Production       ,Max Muster,22,Web,Fully Meets,4.6,5,0,1/17/2019,0,1"
    )
}

fn rows() -> Vec<String> {
    vec![
        HEADER.to_owned(),
        row("Example, Wilma  K", "20001", "07/10/83", "7/5/2011", "", "N/A-StillEmployed", "Active"),
        row("Del Sample, Ada   ", "20002", "05/05/68", "3/30/2015", "6/16/2016", "career change", "Voluntarily Terminated"),
        row("Muster,Erika", "20003", "01/02/51", "3/30/2015", "6/17/2016", "no-call, no-show", "Terminated for Cause")
            .replace("no-call, no-show", "\"no-call, no-show\""),
        row("O'Probe, Jo", "20004", "01/02/90", "3/30/2015", "6/18/2016", "Won the lottery", "Voluntarily Terminated"),
        row("Beispiel, Hans", "20005", "01/02/90", "3/30/2015", "6/19/2016", "gross misconduct", "Terminated for Cause"),
    ]
}

struct Office {
    operator: Operator,
    organization: String,
}

impl Office {
    fn of(world: &World) -> Self {
        let operator = Operator::new(&world.folder, &world.database_url());
        Self { operator, organization: world.organization.to_string() }
    }

    fn import(&self, world: &World, rows: &[String], more: &[&str]) -> Value {
        fs::write(world.folder.join("export.csv"), rows.join("\r\n")).unwrap();
        let args =
            ["--json", "import", "export.csv", "--source", "hr", "--profile", "hr-dataset-v14", "--organization", &self.organization];
        let out = self.operator.gets(&[&args, more].concat());
        serde_json::from_str(out.lines().last().unwrap()).unwrap()
    }
}

on_both! {
    fn an_export_goes_in_once_and_changes_nothing_the_second_time(world) {
        let office = Office::of(world);
        let dry = office.import(world, &rows(), &["--dry-run"]);
        assert_eq!((&dry["created"], world.events().len()), (&json!(5), 0));
        let first = office.import(world, &rows(), &[]);
        assert_eq!(first, json!({ "read": 5, "created": 5, "updated": 0, "unchanged": 0, "stale": 0, "held": 0, "rejected": 0, "employed": 1 }));
        let events = world.events().len();
        let second = office.import(world, &rows(), &[]);
        assert_eq!((&second["unchanged"], world.events().len()), (&json!(5), events));

        let hris = world.client("departures:read evaluations:read");
        let record = |id: &str| hris.get(&format!("/v1/departures/hr/{id}")).is(200).body()["record"].clone();
        let wilma = record("20001");
        assert_eq!((&wilma["names"][0]["family"], &wilma["names"][0]["given"], &wilma["names"][0]["middle"]), (&json!("Example"), &json!("Wilma"), &json!("K")));
        assert_eq!((&wilma["birth_on"], &wilma["departure"]), (&json!("1983-07-10"), &Value::Null));
        assert_eq!((&wilma["employment"]["department"], &wilma["evaluation"]["rating"]), (&json!("Production"), &json!(0.67)));
        assert_eq!(record("20002")["birth_on"], "1968-05-05", "nobody is born in the future");
        let left = |id: &str| record(id)["departure"].clone();
        assert_eq!(left("20003")["separation_type"], json!({ "value": "abandonment", "source_value": "Terminated for Cause" }));
        assert_eq!(left("20004")["reason"], json!({ "value": "other", "source_value": "Won the lottery" }));
        assert_eq!(left("20005")["separation_type"]["value"], "dismissal_for_cause");
        assert_eq!(left("20005")["reason"]["value"], "misconduct");
    }

    fn one_changed_row_is_one_update_with_the_old_version_kept(world) {
        let office = Office::of(world);
        let _ = office.import(world, &rows(), &[]);
        let mut changed = rows();
        changed[2] = changed[2].replace("career change", "more money");
        let dry = office.import(world, &changed, &["--dry-run"]);
        assert_eq!((&dry["updated"], &dry["unchanged"]), (&json!(1), &json!(4)));
        let plain = ["import", "export.csv", "--source", "hr", "--profile", "hr-dataset-v14", "--dry-run", "--organization", &office.organization];
        let told = office.operator.gets(&plain);
        assert!(told.contains("line 3  20002  updated  /departure/reason/source_value /departure/reason/value"), "{told}");
        let done = office.import(world, &changed, &[]);
        assert_eq!((&done["updated"], &done["unchanged"]), (&json!(1), &json!(4)));
        let known = world.hris().get("/v1/departures/hr/20002").body();
        let path = format!("/v1/alumni/{}/departures", known["alumnus_id"].as_str().unwrap());
        let versions = world.office().get(&path).body()["data"][0]["versions"].clone();
        assert_eq!((&versions[0]["reason"]["value"], &versions[1]["reason"]["value"]), (&json!("pay"), &json!("new_field")));
        // People absent from a file are unchanged.
        let fewer = office.import(world, &changed[..2], &[]);
        assert_eq!((&fewer["read"], &fewer["unchanged"]), (&json!(1), &json!(1)));
    }

    fn broken_rows_are_named_by_line_column_and_fault_and_the_rest_goes_in(world) {
        let office = Office::of(world);
        let mut broken = rows();
        broken[1] = broken[1].replace("7/5/2011", "13/45/2011");
        broken[2] = broken[2].replace("6/16/2016", "1/1/2001");
        broken[4] = "\"Short, Row\",20004,1".to_owned();
        fs::write(world.folder.join("export.csv"), broken.join("\n")).unwrap();
        let args = ["--json", "import", "export.csv", "--source", "hr", "--profile", "hr-dataset-v14", "--rejects", "rejects.csv", "--organization", &office.organization];
        let output = office.operator.runs(&args);
        assert!(output.status.success());
        let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&summary["read"], &summary["created"], &summary["rejected"]), (&json!(5), &json!(2), &json!(3)));
        let said = String::from_utf8_lossy(&output.stderr);
        for (line, what) in [(2, "DateofHire: "), (3, "DateofTermination: is before the first day"), (5, "cells came")] {
            assert!(said.lines().any(|l| l.contains(&format!("line {line}: ")) && l.contains(what)), "{line} {what}: {said}");
        }
        // The rejects have the shape they came in, and can be mended and sent again.
        let rejects = fs::read_to_string(world.folder.join("rejects.csv")).unwrap();
        assert!(rejects.lines().next().unwrap().ends_with("Absences,furusu_rejected_because"));
        assert!(rejects.contains("\"Del Sample, Ada   \",20002"));
        let mended: Vec<String> = rejects.lines().map(|l| l.replace("13/45/2011", "7/5/2011").replace("1/1/2001", "6/16/2016")).filter(|l| !l.contains("Short")).collect();
        let done = office.import(world, &mended, &[]);
        assert_eq!((&done["created"], &done["rejected"]), (&json!(2), &json!(0)));
    }

    fn a_row_cut_short_is_refused_until_it_is_mended_and_takes_nothing_back(world) {
        let office = Office::of(world);
        let run = |file: &str, text: &str| {
            fs::write(world.folder.join(file), text).unwrap();
            let out = office.operator.gets(&["--json", "import", file, "--source", "hr", "--profile", "generic", "--rejects", "rejects.csv", "--organization", &office.organization]);
            serde_json::from_str::<Value>(&out).unwrap()
        };
        let header = "external_id,family_name,given_name,hired_on,employment_ended_on,department";
        assert_eq!(run("whole.csv", &format!("{header}\n800,Roe,Jane,2020-01-01,2021-01-01,Sales\n"))["created"], 1);
        assert_eq!(run("short.csv", &format!("{header}\n800,Roe,Jane,2020-01-01\n"))["rejected"], 1);
        for _ in 0..2 {
            let rejects = fs::read_to_string(world.folder.join("rejects.csv")).unwrap();
            let again = run("unmended.csv", &rejects);
            assert_eq!((&again["rejected"], &again["updated"]), (&json!(1), &json!(0)), "{rejects}");
        }
        assert_eq!(world.hris().get("/v1/departures/hr/800").is(200).body()["departure_status"], "effective");
        let rejects = fs::read_to_string(world.folder.join("rejects.csv")).unwrap();
        let mended = rejects.replace("2020-01-01,,,", "2020-01-01,2021-01-01,Design,").replace("\"fill in the missing cells, then empty this one\"", "");
        assert_eq!(run("mended.csv", &mended)["updated"], 1);
    }

    fn rejects_never_take_the_place_of_what_is_imported(world) {
        let office = Office::of(world);
        let csv = "external_id,family_name,hired_on\n1,Roe,2020-01-01\n";
        fs::write(world.folder.join("same.csv"), csv).unwrap();
        let args = ["import", "same.csv", "--source", "hr", "--profile", "generic", "--rejects", "./same.csv", "--organization", &office.organization];
        let said = office.operator.fails(1, &args);
        assert!(said.contains("--rejects ./same.csv"), "{said}");
        assert_eq!(fs::read_to_string(world.folder.join("same.csv")).unwrap(), csv);
        let said = office.operator.fails(1, &["import", ".", "--source", "hr", "--profile", "generic", "--organization", &office.organization]);
        assert!(said.contains("not a regular file"), "{said}");
    }

    fn a_file_that_does_not_fit_its_profile_is_refused_whole(world) {
        let office = Office::of(world);
        fs::write(world.folder.join("other.csv"), "id,name\n1,x\n").unwrap();
        fs::write(world.folder.join("sjis.csv"), b"external_id,family_name,given_name,hired_on\n1,\x8eR\x93c,\x91\xbe\x98Y,2015-04-01\n").unwrap();
        let said = office.operator.fails(1, &["import", "sjis.csv", "--source", "hr", "--profile", "generic", "--organization", &office.organization]);
        assert!(said.contains("not UTF-8"), "{said}");
        fs::write(world.folder.join("bad.toml"), "name = \"bad\"\nnonsense = 1\n").unwrap();
        let said = office.operator.fails(1, &["import", "other.csv", "--source", "hr", "--profile", "hr-dataset-v14", "--organization", &office.organization]);
        assert!(said.contains("EmpID") && said.contains("DateofHire"), "{said}");
        let said = office.operator.fails(1, &["import", "other.csv", "--source", "hr", "--profile", "bad.toml", "--organization", &office.organization]);
        assert!(said.contains("nonsense"), "{said}");
        let said = office.operator.fails(1, &["import", "other.csv", "--source", "hr", "--profile", "nobody", "--organization", &office.organization]);
        assert!(said.contains("hr-dataset-v14") && said.contains("generic"), "{said}");
        let said = office.operator.fails(1, &["import", "gone.csv", "--source", "hr", "--profile", "generic", "--organization", &office.organization]);
        assert!(said.contains("gone.csv"), "{said}");
        assert_eq!(office.operator.runs(&["import", "other.csv"]).status.code(), Some(2));
    }

    fn a_plain_file_goes_in_by_the_generic_profile(world) {
        let office = Office::of(world);
        let csv = "external_id,family_name,given_name,family_kana,given_kana,hired_on,employment_ended_on,department,separation_type,reason,rehire\n\
                   1,山田,太郎,ヤマダ,タロウ,2015-04-01,2020-03-31,営業部,voluntary,family_care,false\n\
                   2,佐藤,花子,サトウ,ハナコ,2016-04-01,,総務部,,,\n";
        fs::write(world.folder.join("plain.csv"), csv).unwrap();
        let out = office.operator.gets(&["--json", "import", "plain.csv", "--source", "hr", "--profile", "generic", "--organization", &office.organization]);
        assert!(out.starts_with("{\"read\":2,\"created\":2,\"updated\":0,"), "{out}");
        let summary: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((&summary["created"], &summary["employed"]), (&json!(2), &json!(1)));
        fs::write(world.folder.join("plain.csv"), csv.replace("department", "departmint")).unwrap();
        let output = office.operator.runs(&["import", "plain.csv", "--source", "hr", "--profile", "generic", "--dry-run", "--organization", &office.organization]);
        assert!(String::from_utf8_lossy(&output.stderr).contains("does not read: departmint"));
        let known = world.hris().get("/v1/departures/hr/1").is(200).body();
        assert_eq!(known["record"]["departure"]["rehire"]["value"], "review_required");
        assert_eq!(known["record"]["departure"]["reason"]["value"], "family_care");
    }
}
