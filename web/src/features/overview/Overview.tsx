import { useApi } from '../../api/query';
import { commands, origin } from '../../lib/commands';
import { links } from '../../lib/links';
import { A } from '../../ui/A';
import { Answer } from '../../ui/Answer';
import { Empty } from '../../ui/Empty';
import { EventList } from '../../ui/History';
import { Page, Section } from '../../ui/Page';
import { House } from './House';

export function Overview() {
  const overview = useApi('/api/v1/overview');
  const is_new = overview.data !== undefined && overview.data.stages.every((stage) => stage.state === 'empty');
  return (
    <Page title="Overview" command={commands.overview()}>
      <Answer of={overview} lines={8}>
        {(answer) => (
          <>
            <House stages={answer.stages} />
            {is_new && <FirstSteps />}
            <Section title="What happened" actions={<A to={links.events()}>All events</A>}>
              {answer.events.length > 0 ? (
                <EventList events={answer.events.slice(0, 12)} />
              ) : (
                <p className="quiet">Nothing yet. The first run, data set or model will be told here, as it happens.</p>
              )}
            </Section>
          </>
        )}
      </Answer>
    </Page>
  );
}

function FirstSteps() {
  return (
    <div className="columns">
      <Empty title="Track what you already train" command={[`export MLFLOW_TRACKING_URI=${origin()}`, 'python train.py']}>
        MLflow code works as it is: runs, metrics and models appear here as they are logged.
      </Empty>
      <Empty title="Or start from a project" command={[commands.demo(), commands.apply()]}>
        The demo takes a model once around this house. Your own project is a folder with a maru.yaml.
      </Empty>
    </div>
  );
}
